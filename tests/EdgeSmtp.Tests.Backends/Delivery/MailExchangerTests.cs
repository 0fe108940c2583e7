using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Delivery;

/// <summary>Mail to domains whose mail exchangers a real DNS server names (RFC 5321 §5.1).</summary>
public sealed class MailExchangerTests
{
    private const string ExchangerAddress = "127.0.0.33";

    private const string Records = """
        @ IN MX 10 dead.mx.test.
        @ IN MX 20 alive.mx.test.
        dead IN A 127.0.0.31
        alive IN A 127.0.0.33
        implicit IN A 127.0.0.33
        null IN MX 0 .
        loop IN MX 0 mx.example.test.
        """;

    [Fact]
    public async Task MailExchangers_AreTriedInOrder_AndNullMxAndLoopsAreReported()
    {
        using PortClaim claim = PortClaim.Take();
        await using Nsd dns = await Nsd.StartAsync("mx.test", Records);
        await using SmtpSink sink = await SmtpSink.StartAsync(claim, ExchangerAddress);
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            settings.Section("Routes")["outside"] = new JsonObject
            {
                ["Transport"] = "smtp",
                ["MxPort"] = claim.Port,
                ["AllowPrivateTargets"] = true,
            };
            foreach (string domain in new[] { "mx.test", "implicit.mx.test", "null.mx.test", "loop.mx.test", "missing.mx.test" })
                settings.Domain(domain, "outside");
        });

        // The first exchanger is dead, the second takes it; without any MX the address of the domain itself counts (§5.1).
        foreach (string domain in new[] { "mx.test", "implicit.mx.test" })
        {
            Specimen specimen = await SendAsync(edge, domain);
            await Until.TrueAsync(() => sink.Dump.Contains(specimen.Token, StringComparison.Ordinal), Until.Soon, () => edge.Process.OutputTail);
        }

        // RFC 7505 §4.2: null MX is final. An MX that is us would loop. A domain that does not exist takes nothing.
        Assert.Contains("5.1.10", await ReportAsync(edge, "null.mx.test"), StringComparison.Ordinal);
        Assert.Contains("5.4.6", await ReportAsync(edge, "loop.mx.test"), StringComparison.Ordinal);
        Assert.Contains("Action: failed", await ReportAsync(edge, "missing.mx.test"), StringComparison.Ordinal);
        await edge.EmptyQueueAsync();
    }

    private static async Task<string> ReportAsync(EdgeServer edge, string domain)
    {
        Specimen specimen = await SendAsync(edge, domain);
        return Encoding.UTF8.GetString(await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail));
    }

    private static async Task<Specimen> SendAsync(EdgeServer edge, string domain)
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.ExpectAsync(250, await client.TransactionAsync("user@example.test", $"any@{domain}", specimen.Content));
        return specimen;
    }
}
