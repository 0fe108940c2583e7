using System.Globalization;
using System.Net;
using System.Text;
using EdgeSmtp.LoadTests.Reports;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>Draws what dashboards would have shown of a run: the same queries, one picture for each dashboard.</summary>
/// <param name="prometheus">Has the values.</param>
internal sealed class DashboardPictures(Prometheus prometheus)
{
    /// <summary>What <c>$__rate_interval</c> stands for: four scrapes, as in Grafana.</summary>
    public const string RateInterval = "4s";

    private const int Columns = 3;
    private const int PanelWidth = 420;
    private const int PanelHeight = 210;
    private const int TitleHeight = 34;
    private const int LinesMax = 8;

    /// <summary>Draws one.</summary>
    /// <param name="dashboard">The dashboard.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A picture in SVG; panels without data are left out.</returns>
    public async Task<string> DrawAsync(Dashboard dashboard, CancellationToken cancellationToken)
    {
        List<string> drawn = [];
        foreach (Panel panel in dashboard.Panels)
        {
            if (await DrawAsync(panel, cancellationToken) is { } picture)
            {
                drawn.Add(picture);
            }
        }

        int rows = (drawn.Count + Columns - 1) / Columns;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Columns * PanelWidth}\" height=\"{TitleHeight + (rows * PanelHeight)}\">");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"12\" y=\"23\" font-family=\"sans-serif\" font-size=\"16\">{WebUtility.HtmlEncode(dashboard.Title)}</text>");
        for (int i = 0; i < drawn.Count; i++)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"<svg x=\"{i % Columns * PanelWidth}\" y=\"{TitleHeight + (i / Columns * PanelHeight)}\"");
            svg.Append(place).Append(drawn[i].AsSpan(drawn[i].IndexOf("<svg", StringComparison.Ordinal) + 4));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private async Task<string?> DrawAsync(Panel panel, CancellationToken cancellationToken)
    {
        List<(string Name, PanelLine Line)> lines = [];
        foreach (PanelQuery query in panel.Queries)
        {
            lines.AddRange((await prometheus.AskAsync(query.Expression, cancellationToken)).Select(line => (query.NameOf(line.Labels), line)));
        }

        // The largest ones: a picture has no legend that scrolls. What stayed at zero says as much by its absence.
        lines = [.. lines.Where(static line => line.Line.Points.Any(static point => point.Value != 0)).OrderByDescending(static line => line.Line.Points.Max(static point => point.Value)).Take(LinesMax)];
        if (lines.Count == 0)
        {
            return null;
        }

        (double factor, string unit) = UnitOf(panel.Unit);
        PlotModel model = Charts.Model(unit.Length == 0 ? panel.Title : $"{panel.Title} [{unit}]");
        model.TitleFontSize = 11;
        model.DefaultFontSize = 9;
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0, Unit = "s" });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        foreach ((string name, PanelLine line) in lines)
        {
            LineSeries series = new() { Title = name, StrokeThickness = 1.2 };
            series.Points.AddRange(line.Points.Where(static point => double.IsFinite(point.Value)).Select(point => new DataPoint(Math.Round(point.Second, 1), Math.Round(point.Value * factor, 3))));
            model.Series.Add(series);
        }

        return Charts.Export(model, PanelWidth, PanelHeight);
    }

    private static (double Factor, string Unit) UnitOf(string unit) => unit switch
    {
        "s" => (1000, "ms"),
        "bytes" => (1 / 1048576.0, "MiB"),
        "Bps" => (1 / 1048576.0, "MiB/s"),
        "percentunit" => (100, "%"),
        "cps" or "ops" => (1, "1/s"),
        _ => (1, string.Empty),
    };
}
