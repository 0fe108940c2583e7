using System.Globalization;
using System.Text.Json;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Debian's Prometheus, which scrapes one edge every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly HttpClient _client;
    private ChildProcess? _process;

    private PrometheusServer() =>
        _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{_claim.Port}"), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Starts it with a file of rules and waits until it has scraped the edge once.</summary>
    public static async Task<PrometheusServer> StartAsync(EdgeServer edge, string rules)
    {
        Programs.Need("prometheus");
        PrometheusServer server = new();
        string configuration = server._folder.Write("prometheus.yml", $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [ "{{rules}}" ]
            scrape_configs:
              - job_name: edgesmtp
                static_configs: [ { targets: [ "127.0.0.1:{{edge.HttpPort}}" ] } ]
            """);
        string port = server._claim.Port.ToString(CultureInfo.InvariantCulture);
        server._process = ChildProcess.Start(
            server._folder.Path, "prometheus", "prometheus", $"--config.file={configuration}", $"--storage.tsdb.path={server._folder.Folder("data")}", $"--web.listen-address=127.0.0.1:{port}");
        await server._process.ReadyAsync(async () => await server.IsUpAsync() && (await server.QueryAsync("up == 1")).Count == 1);
        return server;
    }

    /// <summary>The values of an instant query, one for each series.</summary>
    /// <exception cref="InvalidOperationException">Prometheus does not accept the query.</exception>
    public async Task<IReadOnlyList<double>> QueryAsync(string expression)
    {
        using JsonDocument answer = await AskAsync("query?query=" + Uri.EscapeDataString(expression));
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Select(static series => double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Every alert of the rules: its name, the state of its last evaluation (<c>ok</c>, <c>err</c>, <c>unknown</c>), and the error.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Error)>> AlertsAsync()
    {
        using JsonDocument answer = await AskAsync("rules?type=alert");
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
                .SelectMany(static group => group.GetProperty("rules").EnumerateArray())
                .Select(static rule => (
                    rule.GetProperty("name").GetString()!,
                    rule.GetProperty("health").GetString()!,
                    rule.TryGetProperty("lastError", out JsonElement error) ? error.GetString()! : string.Empty)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _client.Dispose();
        _claim.Dispose();
        _folder.Dispose();
    }

    private async Task<JsonDocument> AskAsync(string call)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri("/api/v1/" + call, UriKind.Relative));
        string body = await response.Content.ReadAsStringAsync();
        JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("status").GetString() == "success" ? document : throw new InvalidOperationException($"{call}: {body}");
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
