using EdgeSmtp.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary>What a reload brings into force, and what it leaves alone.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Reload_NewDomain_CountsForNewSessionsOnly()
    {
        await using TestServer server = await new TestServer().StartAsync();
        using LineClient before = await LineClient.GreetAsync(server.Smtp);

        server.Members["Domains"] = """{ "new.test": { "Recipients": [ "user" ], "Route": "sink" } }""";
        server.Write();
        Assert.Empty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));

        using LineClient after = await LineClient.GreetAsync(server.Smtp);
        Assert.StartsWith("250 ", await RcptAsync(before, "user@example.test"), StringComparison.Ordinal);
        Assert.StartsWith("550 ", await RcptAsync(before, "user@new.test"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await RcptAsync(after, "user@new.test"), StringComparison.Ordinal);
        Assert.StartsWith("550 ", await RcptAsync(after, "user@example.test"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Domains", """{ "new.test": { "Recipients": [ "user" ], "Route": "nowhere" } }""")]
    [InlineData("Postmaster", "7")]
    [InlineData("Filters", """{ "helo": { "Type": "Unknown" } }""")]
    [InlineData("Filters", """{ "helo": { "Type": "HeloCheck", "SkipWhen": [ "no-such-fact" ] } }""")]
    [InlineData("Certificates", """{ "main": { "CertificateFile": "missing.pem" } }""")]
    [InlineData("Routes", """{ "maildir": { "Transport": "maildir", "Path": "no-local-part" } }""")]
    [InlineData("Listeners", "{ this is not JSON")]
    public async Task Reload_InvalidFile_LeavesTheOldConfigurationInForce(string key, string value)
    {
        await using TestServer server = await new TestServer().StartAsync();

        server.Members[key] = value;
        server.Write();
        Assert.NotEmpty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));

        Assert.Equal("0", await server.MetricAsync("edgesmtp_config_valid"));
        using LineClient client = await LineClient.GreetAsync(server.Smtp);
        Assert.StartsWith("250 ", await RcptAsync(client, "user@example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_ThatThrows_IsRefused_AndTheAlarmTellsOfIt()
    {
        await using TestServer server = new();
        server.Registry.Add<TouchyOptions>("Touchy", static (_, _) => new Idle());
        server.Members["FilterOrder"] = """[ "touchy" ]""";
        server.Members["Filters"] = """{ "touchy": { "Type": "Touchy" } }""";
        await server.StartAsync();

        TouchyOptions.IsBroken = true;
        Assert.NotEmpty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));
        Assert.Equal("0", await server.MetricAsync("edgesmtp_config_valid"));

        TouchyOptions.IsBroken = false;
        Assert.Empty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));
        Assert.Equal("1", await server.MetricAsync("edgesmtp_config_valid"));
    }

    [Fact]
    public async Task Reload_ValidAfterInvalid_IsTaken()
    {
        await using TestServer server = await new TestServer().StartAsync();
        string good = server.Members["Postmaster"];
        server.Members["Postmaster"] = "\"nobody\"";
        server.Write();
        await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken);

        server.Members["Postmaster"] = good;
        server.Write();
        Assert.Empty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));

        Assert.Equal("1", await server.MetricAsync("edgesmtp_config_valid"));
    }

    [Theory]
    [InlineData("Listeners", """{ "smtp": { "Address": "127.0.0.1:0", "RejectAt": "Stage" } }""", "1")]
    [InlineData("Http", """{ "Address": "127.0.0.1:1" }""", "1")]
    [InlineData("OwnNames", """[ "mx2.example.test" ]""", "1")]
    [InlineData("Delivery", """{ "MaildirThreads": 3 }""", "1")]
    [InlineData("Delivery", """{ "PerDestinationConcurrencyMax": 3 }""", "0")]
    [InlineData("Drain", """{ "SessionsMax": "00:01:00" }""", "0")]
    [InlineData("Limits", """{ "ConnectionsMax": 7 }""", "0")]
    public async Task Reload_SectionThatIsMadeOnce_SaysThatARestartIsNeeded(string key, string value, string expected)
    {
        await using TestServer server = await new TestServer().StartAsync();

        server.Members[key] = value;
        server.Write();
        Assert.Empty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));

        Assert.Equal(expected, await server.MetricAsync("edgesmtp_config_restart_needed"));
    }

    [Fact]
    public async Task Reload_ChangedFile_IsNoticedByItself()
    {
        await using TestServer server = await new TestServer().StartAsync();
        string before = await server.MetricAsync("edgesmtp_config_valid");

        server.Members["Postmaster"] = "\"nobody\"";
        server.Write();

        // Two looks, a second apart; then the new, invalid text was read.
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        while (await server.MetricAsync("edgesmtp_config_valid") == before)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("0", await server.MetricAsync("edgesmtp_config_valid"));
    }

    private static async Task<string> RcptAsync(LineClient client, string recipient)
    {
        await client.SayAsync("MAIL FROM:<a@sender.test>");
        string? reply = await client.SayAsync($"RCPT TO:<{recipient}>");
        await client.SayAsync("RSET");
        return reply!;
    }

    /// <summary>Read when the new section is compared with the one in force.</summary>
    private sealed class TouchyOptions
    {
        public static bool IsBroken { get; set; }

        public int Level
        {
            get => IsBroken ? throw new InvalidOperationException("broken") : field;
            init;
        }
    }

    private sealed class Idle : IConnectFilter
    {
        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.Continue;
    }
}
