using EdgeSmtp.Server.Cli;
using EdgeSmtp.Tests.Server.Program;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>Rules in files of a whole server, over sockets: changed while sessions run.</summary>
public sealed class AccessReloadTests
{
    [Theory]
    [InlineData("access.rules")]
    [InlineData("access.cdb")]
    public async Task ChangedRules_CountForNewConnectionsOnly(string file)
    {
        await using TestServer server = await StartAsync(file, ":allow\n");
        using LineClient before = await LineClient.GreetAsync(server.Smtp);

        await WriteAsync(server, file, "127.:deny\n:allow\n");
        Assert.Empty(await ReloadAsync(server));

        using LineClient after = await LineClient.ConnectAsync(server.Smtp);
        Assert.StartsWith("554 5.7.1", await after.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await before.SayAsync("MAIL FROM:<a@b.example>"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1:deny\n")]
    [InlineData("127.:deny,\n")]
    [InlineData("127.:allow,HELOCHECK=\"X\"\n")]
    [InlineData("127.:allow,PROFILE=\"none\"\n")]
    public async Task FaultyRules_LeaveTheOldOnesInForce(string faulty)
    {
        await using TestServer server = await StartAsync("access.rules", "127.:allow,DATABYTES=\"1000\"\n");

        await WriteAsync(server, "access.rules", faulty);
        string error = Assert.Single(await ReloadAsync(server));

        Assert.StartsWith($"{server.PathOf("access.rules")}:1: ", error, StringComparison.Ordinal);
        using LineClient client = await LineClient.GreetAsync(server.Smtp);
        Assert.StartsWith("552 ", await client.SayAsync("MAIL FROM:<a@b.example> SIZE=1001"), StringComparison.Ordinal);
        Assert.Equal("0", await server.MetricAsync("edgesmtp_config_valid"));
    }

    [Fact]
    public async Task ChangedRules_AreNoticedByThemselves()
    {
        await using TestServer server = await StartAsync("access.rules", ":allow\n");

        await WriteAsync(server, "access.rules", ":deny\n");

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        string? greeting;
        do
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            using LineClient client = await LineClient.ConnectAsync(server.Smtp);
            greeting = await client.ReplyAsync();
        }
        while (greeting!.StartsWith("220 ", StringComparison.Ordinal));

        Assert.StartsWith("554 5.7.1", greeting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_BecomeOptionsOfFilters()
    {
        await using TestServer server = await StartAsync("access.rules", "127.:allow,HELOCHECK=\".\"\n");
        using LineClient strict = await LineClient.GreetAsync(server.Smtp);
        await strict.SayAsync("EHLO bad.test");
        await strict.SayAsync("MAIL FROM:<a@b.example>");
        Assert.StartsWith("550 5.7.1", await strict.SayAsync("RCPT TO:<user@example.test>"), StringComparison.Ordinal);

        await WriteAsync(server, "access.rules", "127.:allow,HELOCHECK=\"!\"\n");
        Assert.Empty(await ReloadAsync(server));

        using LineClient lax = await LineClient.GreetAsync(server.Smtp);
        await lax.SayAsync("EHLO bad.test");
        await lax.SayAsync("MAIL FROM:<a@b.example>");
        Assert.StartsWith("250 ", await lax.SayAsync("RCPT TO:<user@example.test>"), StringComparison.Ordinal);
    }

    // Each version of the rules names a limit and a profile that belong together; connections made while they are exchanged may see either, never half of each.
    [Theory]
    [InlineData("access.rules")]
    [InlineData("access.cdb")]
    public async Task Exchange_WhileConnectionsCome_IsAtomic(string file)
    {
        string[] versions = ["127.:allow,DATABYTES=\"1000\",HELOCHECK=\".\"\n", "127.:allow,DATABYTES=\"2000\",HELOCHECK=\"!\"\n"];
        await using TestServer server = await StartAsync(file, versions[0]);
        using CancellationTokenSource stop = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => WatchAsync(server, stop.Token))];

        for (int i = 1; i <= 20; i++)
        {
            await WriteAsync(server, file, versions[i % 2]);
            Assert.Empty(await ReloadAsync(server));
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(clients), static seen => Assert.True(seen > 0));
    }

    private static async Task<int> WatchAsync(TestServer server, CancellationToken stop)
    {
        int seen = 0;
        while (!stop.IsCancellationRequested)
        {
            using LineClient client = await LineClient.GreetAsync(server.Smtp);
            await client.SayAsync("EHLO bad.test");
            bool isSmall = (await client.SayAsync("MAIL FROM:<a@b.example> SIZE=1500"))!.StartsWith("552 ", StringComparison.Ordinal);
            await client.SayAsync("RSET");
            await client.SayAsync("MAIL FROM:<a@b.example>");
            bool isStrict = (await client.SayAsync("RCPT TO:<user@example.test>"))!.StartsWith("550 ", StringComparison.Ordinal);
            Assert.Equal(isSmall, isStrict);
            seen++;
        }

        return seen;
    }

    private static async Task<TestServer> StartAsync(string file, string rules)
    {
        TestServer server = new();
        server.Members["Listeners"] = """{ "smtp": { "Address": "127.0.0.1:0", "Access": "all" }, "qmtp": { "Protocol": "qmtp", "Address": "127.0.0.1:0" } }""";
        server.Members["AccessRules"] = $$"""{ "all": { "File": "{{file}}" } }""";
        server.Members["Filters"] = """{ "helo": { "Type": "HeloCheck", "BadHelo": [ "bad.test" ] } }""";
        await WriteAsync(server, file, rules);
        return await server.StartAsync();
    }

    private static Task<IReadOnlyList<string>> ReloadAsync(TestServer server) => server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken);

    /// <summary>Puts rules in place as an operator should: by renaming.</summary>
    private static async Task WriteAsync(TestServer server, string file, string rules)
    {
        string text = server.PathOf("new.rules");
        await File.WriteAllTextAsync(text, rules, TestContext.Current.CancellationToken);
        if (file.EndsWith(".cdb", StringComparison.Ordinal))
        {
            using StringWriter output = new();
            Assert.Equal(0, await EdgeSmtpCommand.InvokeAsync(["access", "build", text, server.PathOf(file)], output, output, TestContext.Current.CancellationToken));
        }
        else
        {
            File.Move(text, server.PathOf(file), overwrite: true);
        }
    }
}
