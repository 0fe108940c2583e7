using EdgeSmtp.Server.Cli;
using EdgeSmtp.Tests.Server.Program;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>A server with a folder of plug-ins, one of which its only filter <c>plugged</c> comes from.</summary>
internal sealed class PlugInServer : IAsyncDisposable
{
    private readonly TestServer _server = new();

    public PlugInServer(string filter = """{ "Type": "Plugged" }""")
    {
        Directory.CreateDirectory(PathOf(string.Empty));
        _server.Members["Limits"] = """{ "ConnectionsMax": 20000, "ConnectionsPerAddressMax": 20000, "ConnectionsPerNetworkMax": 20000 }""";
        _server.Members["PlugInFolder"] = "\"plugins\"";
        _server.Members["FilterOrder"] = """[ "plugged" ]""";
        _server.Members["Filters"] = $$"""{ "plugged": {{filter}} }""";
    }

    public TestServer Server => _server;

    public string PathOf(string name) => Path.Combine(_server.PathOf("plugins"), name);

    /// <summary>Puts a version of a plug-in in place.</summary>
    public PlugInServer With(string name, string source, string version = "1.0.0")
    {
        PlugInCompiler.Build(PathOf(name), source, version);
        return this;
    }

    public async Task<PlugInServer> StartAsync()
    {
        await _server.StartAsync();
        return this;
    }

    public Task<IReadOnlyList<string>> ReloadAsync() => _server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken);

    /// <summary>What <c>edgesmtp config check</c> says, problems first.</summary>
    public async Task<(int Exit, string Text)> CheckAsync()
    {
        (int exit, string output, string error) = await ConfigAsync("check");
        return (exit, error + output);
    }

    /// <summary>What <c>edgesmtp config schema</c> prints.</summary>
    public async Task<string> SchemaAsync()
    {
        (int exit, string output, string error) = await ConfigAsync("schema");
        Assert.Equal((0, string.Empty), (exit, error));
        return output;
    }

    /// <summary>The reply to one RCPT in a session of its own.</summary>
    public async Task<string> RcptAsync(string sender = "a@sender.test")
    {
        using LineClient client = await LineClient.GreetAsync(_server.Smtp);
        return await RcptAsync(client, sender);
    }

    public static async Task<string> RcptAsync(LineClient client, string sender = "a@sender.test", string recipient = "user@example.test")
    {
        await client.SayAsync($"MAIL FROM:<{sender}>");
        string reply = (await client.SayAsync($"RCPT TO:<{recipient}>"))!;
        await client.SayAsync("RSET");
        return reply;
    }

    /// <summary>Sums the values of all series whose line begins so.</summary>
    public async Task<double> MetricAsync(string series) =>
        (await _server.HttpAsync("/metrics")).Body.Split('\n')
            .Where(line => line.StartsWith(series, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<(int Exit, string Output, string Error)> ConfigAsync(string command)
    {
        _server.Write();
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await EdgeSmtpCommand.InvokeAsync(["config", command, "--config", _server.ConfigurationFile], output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
