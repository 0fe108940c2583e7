using System.Text.Json;

namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>What a dashboard of Grafana asks.</summary>
/// <param name="Name">Name of its file.</param>
/// <param name="Title">Its title.</param>
/// <param name="Panels">Its panels with lines, in order.</param>
internal sealed record Dashboard(string Name, string Title, IReadOnlyList<Panel> Panels)
{
    /// <summary>Reads one.</summary>
    /// <param name="file">A file of <c>grafana/dashboards</c>.</param>
    /// <param name="rateInterval">What Grafana would put in place of its variable.</param>
    public static Dashboard Read(string file, string rateInterval)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement root = document.RootElement;
        Panel[] panels =
        [
            .. from panel in root.GetProperty("panels").EnumerateArray()
               where panel.GetProperty("type").GetString() == "timeseries"
               select new Panel(
                   panel.GetProperty("title").GetString()!,
                   panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!,
                   [
                       .. panel.GetProperty("targets").EnumerateArray().Select(target => new PanelQuery(
                           target.GetProperty("expr").GetString()!.Replace("$__rate_interval", rateInterval, StringComparison.Ordinal).Replace("$node", ".*", StringComparison.Ordinal),
                           target.GetProperty("legendFormat").GetString()!)),
                   ]),
        ];
        return new Dashboard(Path.GetFileNameWithoutExtension(file), root.GetProperty("title").GetString()!, panels);
    }
}
