using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeSmtp.LoadTests.Servers;

namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>A Prometheus that scrapes the nodes of a run, in a folder that goes with it.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgesmtp-prometheus-");
    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly Process _process;
    private readonly DateTimeOffset _began;

    /// <summary>Starts it.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="time">The clock.</param>
    public Prometheus(IEnumerable<ServerNode> nodes, TimeProvider time)
    {
        _time = time;
        _began = time.GetUtcNow();
        string port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };
        string configuration = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(configuration, $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: edgesmtp
                static_configs: [ { targets: [ {{string.Join(", ", nodes.Select(static node => $"\"{node.Http}\""))}} ] } ]
            """);
        ProcessStartInfo start = new("prometheus") { UseShellExecute = false, RedirectStandardError = true };
        foreach (string argument in (string[])[$"--config.file={configuration}", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address=127.0.0.1:{port}"])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks for a query over the time since the start.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<PanelLine>> AskAsync(string query, CancellationToken cancellationToken)
    {
        double from = _began.ToUnixTimeMilliseconds() / 1000.0;
        double to = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        double step = Math.Max(ScrapeInterval.TotalSeconds, Math.Round((to - from) / 200));
        string address = string.Create(CultureInfo.InvariantCulture, $"query_range?query={Uri.EscapeDataString(query)}&start={from:0.###}&end={to:0.###}&step={step}");
        using HttpResponseMessage response = await _client.GetAsync(new Uri(address, UriKind.Relative), cancellationToken);
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        using JsonDocument answer = response.IsSuccessStatusCode ? JsonDocument.Parse(body) : throw new InvalidOperationException($"{query}: {body}");
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => new PanelLine(
                series.GetProperty("metric").EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString()!),
                [.. series.GetProperty("values").EnumerateArray().Select(point => (point[0].GetDouble() - from, double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture)))])),
        ];
    }

    /// <summary>Waits until the last values of a run have been scraped.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SettleAsync(CancellationToken cancellationToken) => Task.Delay(2 * ScrapeInterval, _time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }
}
