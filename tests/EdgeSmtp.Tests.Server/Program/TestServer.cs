using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary>The whole server in this process, from a file, on ports that the system chose.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-").FullName;
    private ServerHost? _host;

    public Dictionary<string, string> Members { get; } = new()
    {
        ["Hostname"] = "\"mx.example.test\"",
        ["DataDirectory"] = "\"data\"",
        ["Postmaster"] = "\"user@example.test\"",
        ["Listeners"] = """{ "smtp": { "Address": "127.0.0.1:0" }, "qmtp": { "Protocol": "qmtp", "Address": "127.0.0.1:0" } }""",
        ["Http"] = """{ "Address": "127.0.0.1:0" }""",
        ["Domains"] = """{ "example.test": { "Recipients": [ "user" ], "Route": "maildir" } }""",
        ["Routes"] = """{ "maildir": { "Transport": "maildir" }, "sink": { "Transport": "discard" } }""",
        ["Queue"] = """{ "SegmentBytes": 1048576, "InlineBytesMax": 65536 }""",
        ["FilterOrder"] = """[ "helo" ]""",
        ["Filters"] = """{ "helo": { "Type": "HeloCheck" } }""",
    };

    /// <summary>Types of filters; a test may add its own.</summary>
    public FilterRegistry Registry { get; } = BuiltInFilters.Create();

    public ServerHost Host => _host!;

    public string ConfigurationFile => PathOf("edgesmtp.json");

    public string DataDirectory => PathOf("data");

    public string PathOf(string name) => Path.Combine(_folder, name);

    public IPEndPoint Smtp => Host.Addresses["smtp"];

    public IPEndPoint Qmtp => Host.Addresses["qmtp"];

    public void Write() =>
        File.WriteAllText(ConfigurationFile, "{\n" + string.Join(",\n", Members.Select(static member => $"\"{member.Key}\": {member.Value}")) + "\n}\n");

    public async Task<TestServer> StartAsync()
    {
        Write();
        ConfigurationLoader loader = new(Registry, ConfigurationFile);
        LoadedConfiguration loaded = loader.Load();
        Assert.Empty(loaded.Problems.Errors);
        DataDirectoryCheck.Create(loaded.Options!.DataDirectory!);
        _host = await ServerHost.CreateAsync(loaded, loader, NullLoggerFactory.Instance, TimeProvider.System, static () => Stream.Null);
        Assert.Empty(loaded.Problems.Errors);
        await Host.StartAsync(TestContext.Current.CancellationToken);
        return this;
    }

    public Task StopAsync() => Host.StopAsync(CancellationToken.None);

    public async Task<(HttpStatusCode Status, string Body)> HttpAsync(string path)
    {
        using HttpClient client = new();
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{Host.HttpAddress}{path}"), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The value of a series without labels.</summary>
    public async Task<string> MetricAsync(string name) =>
        (await HttpAsync("/metrics")).Body.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1];

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
