using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Load;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>Dashboards and alerts against a real Prometheus that scrapes a loaded edge.</summary>
[Collection<Alone>]
public sealed partial class GrafanaTests
{
    private static readonly TimeSpan QueriesFilled = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task EveryPanelAndAlert_AsksWhatPrometheusCanAnswer()
    {
        Programs.Need("prometheus", "rbldnsd", "smtp-sink");
        await using Rbldnsd lists = await Rbldnsd.StartAsync();
        await using SmtpSink sink = await SmtpSink.StartAsync();
        using PortClaim dead = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Configure(settings, lists.Port, sink.Port, dead.Port));
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(edge, Clone.PathOf("grafana/alerts/edgesmtp.rules.yml"));

        LoadSender good = new(edge.SmtpPort, edge.QmtpPort, LoadMail.Any("user@example.test", "user@next.test", "user@dead.test"));
        good.Start(smtpClients: 2, qmtpClients: 1);
        using CancellationTokenSource stop = new();
        Task bad = RefusedAsync(edge, stop.Token);
        List<(string Panel, string Query)> empty = [.. Panels(), .. OldSeries(), .. AlertQueries()];
        try
        {
            await Until.TrueAsync(
                async () => (empty = await StillEmptyAsync(prometheus, empty)).Count == 0,
                QueriesFilled,
                () => "No data: " + string.Join('\n', empty.Select(static panel => $"{panel.Panel}: {panel.Query}")));
            Assert.All(await prometheus.AlertsAsync(), static alert => Assert.Equal((alert.Name, "ok", string.Empty), alert));
        }
        finally
        {
            await stop.CancelAsync();
            await bad;
            await good.StopAsync();
        }
    }

    [Fact]
    public async Task Rules_AndTheirTests_PassPromtool()
    {
        Programs.Need("promtool");
        foreach (string[] arguments in (string[][])[["check", "rules", "edgesmtp.rules.yml"], ["test", "rules", "edgesmtp.rules.test.yml"]])
        {
            Command.Result result = await Command.RunAsync("sh", ["-c", "cd \"$0\" && exec promtool \"$@\"", Clone.PathOf("grafana/alerts"), .. arguments]);
            Assert.True(result.ExitCode == 0, result.ToString());
        }
    }

    [Fact]
    public async Task Metrics_OfALoadedEdge_PassPromtool()
    {
        Programs.Need("promtool");
        await using EdgeServer edge = await EdgeServer.StartAsync();
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort))
            await client.CommandAsync("QUIT");
        string file = edge.Settings.Folder.Write("metrics.txt", await edge.MetricsAsync());
        Command.Result result = await Command.RunAsync("sh", ["-c", "promtool check metrics <\"$0\"", file]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    // Of every kind something: TLS, a filter in shadow, lists, a next hop that works and one that is dead.
    private static void Configure(EdgeSettings settings, int dnsPort, int nextPort, int deadPort)
    {
        settings.Tls();
        settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.3");
        settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dnsPort}");
        settings.Route("next", "smtp", nextPort);
        settings.Domain("next.test", "next");
        settings.Route("dead", "smtp", deadPort);
        settings.Domain("dead.test", "dead");
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "lists", "strict");
        settings.Section("Filters")["lists"] = new JsonObject { ["Type"] = "Rbl", ["Zone"] = "bl.test", ["SkipNonGlobal"] = false };
        settings.Section("Filters")["strict"] = new JsonObject { ["Type"] = "HeloCheck", ["Mode"] = "Address", ["Shadow"] = true };
    }

    // Unknown recipients and listed clients, until the test ends.
    private static async Task RefusedAsync(EdgeServer edge, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await using (SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort))
            {
                await client.CommandAsync("MAIL FROM:<s@client.test>");
                await client.CommandAsync("RCPT TO:<nobody@example.test>");
                await client.CommandAsync("QUIT");
            }

            await using (SmtpConversation listed = await SmtpConversation.ConnectAsync(edge.SmtpPort, "127.0.0.3"))
            {
                await listed.SendAsync("PROXY TCP4 192.0.2.5 192.0.2.25 40000 25\r\n");
                await listed.ReadReplyAsync();
                foreach (string command in (string[])["EHLO bot", "MAIL FROM:<s@client.test>", "RCPT TO:<user@example.test>", "QUIT"])
                    await listed.CommandAsync(command);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private static IEnumerable<(string Panel, string Query)> Panels() =>
        from file in Directory.EnumerateFiles(Clone.PathOf("grafana/dashboards"), "*.json")
        let dashboard = JsonDocument.Parse(File.ReadAllText(file)).RootElement
        from panel in dashboard.GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        let query = target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("$node", ".*", StringComparison.Ordinal)
        select ($"{Path.GetFileNameWithoutExtension(file)}: {panel.GetProperty("title").GetString()}", query);

    // The queries that stand for the series of qmailmrtg: the second column of the table.
    private static IEnumerable<(string Panel, string Query)> OldSeries() =>
        from line in File.ReadLines(Clone.PathOf("docs/qmailmrtg.md"))
        where line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("edgesmtp_", StringComparison.Ordinal)
        let query = line[(line.IndexOf("| `", 2, StringComparison.Ordinal) + 3)..line.LastIndexOf("` |", StringComparison.Ordinal)]
        select (line[2..line.IndexOf(" | ", StringComparison.Ordinal)], query.Replace("\\|", "|", StringComparison.Ordinal).Replace("[5m", "[10s", StringComparison.Ordinal).Replace("30s]", "1s]", StringComparison.Ordinal));

    // Alerts without the bound beyond which they fire: then what they look at is data, or has none because nothing happened yet.
    private static IEnumerable<(string Panel, string Query)> AlertQueries() =>
        from rule in Alerts().Matches(File.ReadAllText(Clone.PathOf("grafana/alerts/edgesmtp.rules.yml"))).Select(static match => match.Groups)
        from selector in Selector().Matches(rule["expr"].Value).Select(static match => match.Value)
        select ($"alert {rule["name"].Value}", selector.Contains("_total", StringComparison.Ordinal) || selector.Contains("_bucket", StringComparison.Ordinal) || selector.Contains("_count", StringComparison.Ordinal) ? $"rate({selector}[10s])" : selector);

    // A query without data is right only when its series have none: a counter that nothing has counted yet is no series.
    private static async Task<List<(string Panel, string Query)>> StillEmptyAsync(PrometheusServer prometheus, List<(string Panel, string Query)> panels)
    {
        List<(string, string)> empty = [];
        foreach ((string panel, string query) in panels)
            if ((await prometheus.QueryAsync(query)).Count == 0 && await HasSamplesAsync(prometheus, query))
                empty.Add((panel, query));
        return empty;
    }

    private static async Task<bool> HasSamplesAsync(PrometheusServer prometheus, string query)
    {
        foreach (Match selector in Selector().Matches(query))
            if ((await prometheus.QueryAsync(selector.Value)).Count == 0)
                return false;
        return true;
    }

    [GeneratedRegex(@"\b(?:edgesmtp|process|dotnet)_[a-z0-9_]+(?:\{[^}]*\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"- alert: (?<name>\w+)\n(?:\s+#.*\n)?\s+expr: (?<expr>(?:\|\n(?: {10}.*\n)+)|.*\n)")]
    private static partial Regex Alerts();
}
