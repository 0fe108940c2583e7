using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EdgeSmtp.LoadTests.Reports;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>Draws what dashboards would have shown of a run: the same queries, one picture for each dashboard.</summary>
/// <param name="prometheus">Has the values.</param>
internal sealed partial class DashboardPictures(Prometheus prometheus)
{
    /// <summary>What <c>$__rate_interval</c> stands for: four scrapes, as in Grafana.</summary>
    public const string RateInterval = "4s";

    private const int Columns = 3;
    private const int PanelWidth = 420;
    private const int PlotHeight = 190;
    private const int LegendLine = 12;
    private const int LegendLines = 3;
    private const int PanelHeight = PlotHeight + (LegendLine * LegendLines) + 8;
    private const double LegendCharWidth = 6;
    private const int TitleHeight = 34;
    private const int LinesMax = 8;

    private static readonly string[] Colours = ["#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#9467bd", "#8c564b", "#17becf", "#7f7f7f"];

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
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({i % Columns * PanelWidth},{TitleHeight + (i / Columns * PanelHeight)})\">{drawn[i]}</g>");
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
        lines = [.. lines.Where(static line => line.Line.Points.Any(static point => double.IsFinite(point.Value) && point.Value != 0)).OrderByDescending(static line => line.Line.Points.Where(static point => double.IsFinite(point.Value)).Max(static point => point.Value)).Take(LinesMax)];
        if (lines.Count == 0)
        {
            return null;
        }

        (double factor, string unit) = UnitOf(panel.Unit);
        PlotModel model = Charts.Model(unit.Length == 0 ? panel.Title : $"{panel.Title} [{unit}]");
        model.Legends.Clear();
        model.TitleFontSize = 11;
        model.DefaultFontSize = 9;
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0, Unit = "s" });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, MaximumPadding = 0.1, MajorGridlineStyle = LineStyle.Dot });
        for (int i = 0; i < lines.Count; i++)
        {
            PanelLine line = lines[i].Line;
            LineSeries series = new() { Color = OxyColor.Parse(Colours[i]), StrokeThickness = 1.2 };
            series.Points.AddRange(line.Points.Where(static point => double.IsFinite(point.Value)).Select(point => new DataPoint(Math.Round(point.Second, 1), Math.Round(point.Value * factor, 3))));
            model.Series.Add(series);
        }

        // Whole pixels and tenths are enough, and half of the file.
        string plot = Points().Replace(Charts.Export(model, PanelWidth, PlotHeight), static points => Decimals().Replace(points.Value, "$1"));
        return plot[plot.IndexOf("<svg", StringComparison.Ordinal)..] + LegendOf(lines.Select(static line => line.Name));
    }

    /// <summary>The names below the plot, in as many lines as they need: how wide a text comes out depends on the fonts of whoever looks, so there is room to spare.</summary>
    private static string LegendOf(IEnumerable<string> names)
    {
        StringBuilder legend = new();
        double x = 30;
        int y = PlotHeight + LegendLine;
        foreach ((int i, string name) in names.Index())
        {
            double width = 20 + (name.Length * LegendCharWidth);
            if (x + width > PanelWidth && x > 30)
            {
                x = 30;
                y += LegendLine;
            }

            legend.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0}\" y=\"{y - 6}\" width=\"8\" height=\"3\" fill=\"{Colours[i]}\"/>");
            legend.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 11:0}\" y=\"{y}\" font-family=\"sans-serif\" font-size=\"9\">{WebUtility.HtmlEncode(name)}</text>");
            x += width;
        }

        return legend.ToString();
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

    [GeneratedRegex("points=\"[^\"]*\"")]
    private static partial Regex Points();

    [GeneratedRegex(@"(\.\d)\d+")]
    private static partial Regex Decimals();
}
