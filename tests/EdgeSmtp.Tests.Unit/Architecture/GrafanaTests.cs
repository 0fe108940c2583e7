using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeSmtp.Server.Metrics;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>Dashboards and alerts speak of series that exist, and leave none out.</summary>
public sealed partial class GrafanaTests
{
    private static readonly IReadOnlyList<string> Declared = [.. MetricCatalog.Find().Select(static declaration => declaration.Name)];

    [Fact]
    public void EverySeriesOfADashboardOrAlert_IsDeclared()
    {
        var unknown = Queries().SelectMany(static query => SeriesIn(query)).Distinct().Except(Declared, StringComparer.Ordinal);
        House.HasNo(unknown);
    }

    [Fact]
    public void EveryDeclaredSeries_IsOnADashboard()
    {
        HashSet<string> shown = [.. Dashboards().SelectMany(static dashboard => Expressions(dashboard)).SelectMany(static query => SeriesIn(query))];
        House.HasNo(Declared.Where(name => !shown.Contains(name)));
    }

    [Fact]
    public void EveryDashboard_HasAUidOfItsOwnAndPanelsWithDescriptions()
    {
        JsonElement[] dashboards = [.. Dashboards()];
        Assert.Distinct(dashboards.Select(static dashboard => dashboard.GetProperty("uid").GetString()));
        foreach (JsonElement dashboard in dashboards)
        {
            JsonElement[] panels = [.. dashboard.GetProperty("panels").EnumerateArray()];
            Assert.Distinct(panels.Select(static panel => panel.GetProperty("id").GetInt32()));
            Assert.All(
                panels.Where(static panel => panel.GetProperty("type").GetString() != "row"),
                static panel => Assert.NotEmpty(panel.GetProperty("description").GetString()!));
        }
    }

    [Fact]
    public void EveryAlert_HasARunbookSection()
    {
        string rules = Rules();
        string monitoring = File.ReadAllText(SourceTree.PathOf("docs/monitoring.md"));
        string[] alerts = [.. AlertName().Matches(rules).Select(static match => match.Groups[1].Value)];
        Assert.NotEmpty(alerts);
        House.HasNo(alerts.Where(alert => !monitoring.Contains($"### {alert}\n", StringComparison.Ordinal)));
        House.HasNo(alerts.Where(alert => !rules.Contains($"runbook_url: docs/monitoring.md#{alert.ToLowerInvariant()}\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryAlert_HasARuleTestInWhichItFires()
    {
        string tests = File.ReadAllText(SourceTree.PathOf("grafana/alerts/edgesmtp.rules.test.yml"));
        House.HasNo(AlertName().Matches(Rules()).Select(static match => match.Groups[1].Value).Where(alert => !Regex.IsMatch(tests, $@"alertname: {alert}\n\s+exp_alerts:\n\s+- exp_labels")));
    }

    private static string Rules() => File.ReadAllText(SourceTree.PathOf("grafana/alerts/edgesmtp.rules.yml"));

    private static IEnumerable<string> Queries() => Dashboards().SelectMany(static dashboard => Expressions(dashboard)).Append(Rules());

    private static IEnumerable<JsonElement> Dashboards() =>
        SourceTree.Files("*.json", "grafana/dashboards").Select(static path => JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    private static IEnumerable<string> Expressions(JsonElement dashboard) =>
        from panel in dashboard.GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select target.GetProperty("expr").GetString()!;

    private static IEnumerable<string> SeriesIn(string query) =>
        from Match match in SeriesName().Matches(query)
        let name = match.Value
        select Declared.Contains(name, StringComparer.Ordinal) ? name : HistogramPart().Replace(name, string.Empty);

    [GeneratedRegex(@"\b(?:edgesmtp|process|dotnet)_[a-z0-9_]+")]
    private static partial Regex SeriesName();

    [GeneratedRegex("_(?:bucket|count|sum)$")]
    private static partial Regex HistogramPart();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();
}
