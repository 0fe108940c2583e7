using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>Spf and AuthenticationResults in the program, with a real DNS; the clients' addresses come by the PROXY protocol.</summary>
public sealed class SpfTests
{
    private const int SuiteCases = 203;

    /// <summary>
    /// Cases whose sender is no SMTP path, so that MAIL is refused before SPF is asked (RFC 5321 §4.1.2): a label of more than 63 octets, an empty label, an empty local part, a space in a
    /// local part without quotes. In the process they are all evaluated.
    /// </summary>
    private static readonly string[] RefusedBySyntax = ["dorky-sentinel", "emptylabel", "nolocalpart", "toolonglabel"];

    // The runner beside the project, over PROXY v2, with every answer through the real resolver, its time-outs included.
    [Fact]
    public async Task Rfc7208Suite_FromOutside_EveryCaseHasItsResult()
    {
        string runner = SharedSuite.Need("spf_run.py");
        string suite = SharedSuite.Need("spf/rfc7208-tests.yml");
        Programs.Need(Programs.Python, "/usr/lib/python3/dist-packages/yaml/__init__.py");
        await using ScriptedDns dns = await ScriptedDns.StartAsync();
        using PortClaim sink = PortClaim.Take();
        using TempFolder folder = new();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            Use(settings, dns.Port, new JsonObject { ["Type"] = "Spf" });
            settings.Route("sink", "smtp", sink.Port);
            settings.Domain("sink.test", "sink");
        });

        string report = folder.PathOf("report.json");
        Command.Result result = await Command.RunAsync(
            Programs.Python,
            ["-B", runner, suite, "--port", Text(edge.SmtpPort), "--proxy", "v2", "--sink", Text(sink.Port), "--dns-control", Text(dns.ControlPort), "--authserv", "mx.example.test", "--json", report]);

        Assert.True(File.Exists(report), $"{result}\n{edge.Process.OutputTail}");
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(report));
        (string Name, string Status, string Line)[] cases =
        [
            .. document.RootElement.EnumerateArray().Select(static row =>
                (row.GetProperty("name").GetString()!, row.GetProperty("status").GetString()!, row.ToString())),
        ];
        Assert.Equal(SuiteCases, cases.Length);
        string[] wrong = [.. cases.Where(static row => row.Status is not ("ok" or "ok2" or "syntax")).Select(static row => row.Line)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Equal(RefusedBySyntax, cases.Where(static row => row.Status == "syntax").Select(static row => row.Name).Order(StringComparer.Ordinal));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Enforced_SenderThatFails_IsRefusedWithTheWordsOfItsDomain()
    {
        await using Nsd dns = await ZoneAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Use(settings, dns.Port, new JsonObject { ["Type"] = "Spf", ["Behavior"] = "RejectFail" }));
        SmtpReply reply = await RecipientAsync(edge, "192.0.2.66", "joe@client.test", "user@example.test");
        Assert.Equal(550, reply.Code);
        Assert.Contains("5.7.23 ", reply.Text, StringComparison.Ordinal);
        Assert.Contains("The domain client.test explains:", reply.Text, StringComparison.Ordinal);
        Assert.Contains("Not from 192.0.2.66", reply.Text, StringComparison.Ordinal);
        Assert.Equal(250, (await RecipientAsync(edge, "192.0.2.66", "joe@client.test", "postmaster")).Code);
        Assert.Equal(250, (await RecipientAsync(edge, "192.0.2.25", "joe@client.test", "user@example.test")).Code);
        Assert.Equal(250, (await RecipientAsync(edge, "2001:db8::25", "joe@client.test", "user@example.test")).Code);
    }

    // What a stranger wrote under our name is gone, what is ours stands on top and is folded, what others wrote stays.
    [Fact]
    public async Task Delivered_HasOurResults_AndNoForgedOnes()
    {
        await using Nsd dns = await ZoneAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Use(settings, dns.Port, new JsonObject { ["Type"] = "Spf", ["CheckHello"] = "Always" }));
        await using SmtpConversation client = await ConnectAsync(edge, "192.0.2.66", "joe@client.test");
        await client.ExpectAsync(250, await client.CommandAsync("RCPT TO:<user@example.test>"));
        await client.ExpectAsync(354, await client.CommandAsync("DATA"));
        await client.SendAsync(
            "Authentication-Results: MX.example.test; spf=pass smtp.mailfrom=bank.test\r\nAuthentication-Results: other.test; spf=pass\r\nAuthentication-Results:\r\n (x) mx.example.test;\r\n dkim=pass\r\n"
            + "Subject: token-spf\r\n\r\nText.\r\n.\r\n");
        await client.ExpectAsync(250, await client.ReadReplyAsync());
        string text = Encoding.Latin1.GetString(await edge.MaildirOf("user").WaitAsync("token-spf")).ReplaceLineEndings("\n");
        string header = text[..text.IndexOf("\n\n", StringComparison.Ordinal)];
        Assert.All(header.Split('\n'), static line => Assert.True(line.Length <= 100, line));
        string[] fields = header.Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal).Split('\n');
        Assert.Equal(
            ["Authentication-Results: mx.example.test; spf=fail smtp.mailfrom=joe@client.test; spf=none smtp.helo=host.client.test", "Authentication-Results: other.test; spf=pass"],
            fields.Where(static field => field.StartsWith("Authentication-Results", StringComparison.Ordinal)));
        string[] received = [.. fields.Where(static field => field.StartsWith("Received-SPF", StringComparison.Ordinal))];
        Assert.StartsWith("Received-SPF: fail (mx.example.test: domain of client.test does not designate 192.0.2.66 as permitted sender) receiver=mx.example.test; client-ip=192.0.2.66;", received[0], StringComparison.Ordinal);
        Assert.StartsWith("Received-SPF: none (mx.example.test: domain of host.client.test has no record)", received[1], StringComparison.Ordinal);
        Assert.True(Array.FindIndex(fields, static field => field.StartsWith("Received:", StringComparison.Ordinal)) > Array.IndexOf(fields, received[1]));
    }

    // A DNS that is down: annotated by default, deferred where the ladder says so.
    [Theory]
    [InlineData("Annotate", 250)]
    [InlineData("DeferErrors", 451)]
    public async Task DeadDns_IsTempError(string behavior, int code)
    {
        using PortClaim dead = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Use(settings, dead.Port, new JsonObject { ["Type"] = "Spf", ["Behavior"] = behavior }));
        Assert.Equal(code, (await RecipientAsync(edge, "192.0.2.66", "joe@client.test", "user@example.test")).Code);
    }

    [Fact]
    public async Task SpfCheck_ThroughTheResolverOfTheConfiguration_PrintsItsSteps()
    {
        await using Nsd dns = await ZoneAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Use(settings, dns.Port, new JsonObject { ["Type"] = "Spf" }));
        Command.Result result = await edge.CliAsync("spf", "check", "--ip", "192.0.2.66", "--from", "joe@client.test", "--helo", "x.client.test");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("ask client.test TXT: \"v=spf1 mx a:both.client.test -all exp=why.client.test\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("  mx: no match  [1 of 10 look-ups, 0 without answer]", result.Output, StringComparison.Ordinal);
        Assert.Contains("result   fail by -all", result.Output, StringComparison.Ordinal);
        Assert.Contains("because  Not from 192.0.2.66", result.Output, StringComparison.Ordinal);
    }

    private static Task<Nsd> ZoneAsync() => Nsd.StartAsync("client.test", """
        @ IN TXT "v=spf1 mx a:both.cl" "ient.test -all exp=why.client.test"
        @ IN MX 10 mx
        mx IN A 192.0.2.25
        both IN A 192.0.2.25
        both IN AAAA 2001:db8::25
        why IN TXT "Not from %{i}"
        """);

    private static void Use(EdgeSettings settings, int dnsPort, JsonObject spf)
    {
        settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
        settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dnsPort}");
        settings.Section("Dns")["Timeout"] = "00:00:00.500";
        settings.Section("Dns")["Retries"] = 0;
        settings.Root["FilterOrder"] = new JsonArray("spf", "results");
        settings.Root["Filters"] = new JsonObject { ["spf"] = spf, ["results"] = new JsonObject { ["Type"] = "AuthenticationResults" } };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<SmtpConversation> ConnectAsync(EdgeServer edge, string address, string from)
    {
        bool isV6 = address.Contains(':', StringComparison.Ordinal);
        SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.SendAsync(isV6 ? $"PROXY TCP6 {address} 2001:db8::2 40000 25\r\n" : $"PROXY TCP4 {address} 192.0.2.2 40000 25\r\n");
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO host.client.test"));
        await client.ExpectAsync(250, await client.CommandAsync($"MAIL FROM:<{from}>"));
        return client;
    }

    private static async Task<SmtpReply> RecipientAsync(EdgeServer edge, string address, string from, string recipient)
    {
        await using SmtpConversation client = await ConnectAsync(edge, address, from);
        return await client.CommandAsync($"RCPT TO:<{recipient}>");
    }
}
