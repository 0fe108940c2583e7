using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>SenderCheck before a real nsd: domains of senders, and reverse DNS of clients that come by the PROXY protocol.</summary>
public sealed class SenderCheckTests
{
    private const string Zone = """
        mx IN MX 10 mail.elsewhere.test.
        a IN A 192.0.2.10
        aaaa IN AAAA 2001:db8::10
        both IN A 192.0.2.11
        both IN AAAA 2001:db8::11
        null IN MX 0 .
        null IN A 192.0.2.12
        text IN TXT "nothing that takes mail"
        alias IN CNAME mx
        """;

    [Fact]
    public async Task Domains_WithMxAddressOrNeither_AreToldApart()
    {
        await using Nsd server = await Nsd.StartAsync("sender.test", Zone);
        await using EdgeServer edge = await StartAsync(server.Port, new JsonObject { ["Type"] = "SenderCheck" });
        await AssertAsync(edge, "250", "s@mx.sender.test", "s@a.sender.test", "s@aaaa.sender.test", "s@both.sender.test", "s@alias.sender.test", "");
        await AssertAsync(edge, "550 5.7.27", "s@null.sender.test");
        await AssertAsync(edge, "550 5.1.8", "s@text.sender.test", "s@missing.sender.test");

        // nsd refuses what is not in its zones, which says nothing of the domain.
        await AssertAsync(edge, "451 4.4.3", "s@of-another.test");
        Assert.True(await edge.MetricAsync("edgesmtp_filter_verdicts_total", "sender-null-mx") > 0);
    }

    [Fact]
    public async Task Dns_Dead_IsDeferredNotRefused()
    {
        using PortClaim dead = PortClaim.Take();
        await using EdgeServer edge = await StartAsync(dead.Port, new JsonObject { ["Type"] = "SenderCheck" });
        await AssertAsync(edge, "451 4.4.3", "s@mx.sender.test");
    }

    [Fact]
    public async Task ReverseDns_OfClients_DecidesForTheirSenders()
    {
        await using Nsd server = await Nsd.StartAsync("arpa", """
            5.2.0.192.in-addr IN PTR mail.named.arpa.
            6.2.0.192.in-addr IN PTR liar.named.arpa.
            mail.named IN A 192.0.2.5
            liar.named IN A 198.51.100.1
            """);
        await using EdgeServer edge = await StartAsync(server.Port, new JsonObject
        {
            ["Type"] = "SenderCheck",
            ["CheckDomain"] = false,
            ["BadMailFrom"] = new JsonArray("@named.arpa-", "@named.arpa=", "@big.arpa="),
        });
        await AssertAsync(edge, "250", "192.0.2.5", ["s@named.arpa"]);
        await AssertAsync(edge, "550 5.7.1", "192.0.2.5", ["s@big.arpa"]);
        await AssertAsync(edge, "550 5.7.25", "192.0.2.6", ["s@named.arpa"]);
        await AssertAsync(edge, "550 5.7.25", "192.0.2.7", ["s@named.arpa"]);
        await AssertAsync(edge, "250", "192.0.2.7", ["s@big.arpa", "s@elsewhere.arpa"]);
    }

    private static Task<EdgeServer> StartAsync(int port, JsonObject filter) => EdgeServer.StartAsync(settings =>
    {
        settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
        settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{port}");
        settings.Section("Dns")["Timeout"] = "00:00:01";
        settings.Root["FilterOrder"] = new JsonArray("greet", "sender");
        settings.Root["Filters"]!.AsObject().Remove("helo");
        settings.Section("Filters")["sender"] = filter;
    });

    private static Task AssertAsync(EdgeServer edge, string expected, params string[] senders) => AssertAsync(edge, expected, "192.0.2.5", senders);

    private static async Task AssertAsync(EdgeServer edge, string expected, string address, string[] senders)
    {
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.SendAsync($"PROXY TCP4 {address} 192.0.2.25 40000 25\r\n");
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        foreach (string sender in senders)
        {
            await client.ExpectAsync(250, await client.CommandAsync($"MAIL FROM:<{sender}>"));
            SmtpReply reply = await client.CommandAsync("RCPT TO:<user@example.test>");
            Assert.StartsWith(expected, reply.ToString(), StringComparison.Ordinal);
            await client.ExpectAsync(250, await client.CommandAsync("RSET"));
        }
    }
}
