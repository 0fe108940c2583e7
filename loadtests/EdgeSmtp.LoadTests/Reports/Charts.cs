using EdgeSmtp.LoadTests.Measuring;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace EdgeSmtp.LoadTests.Reports;

/// <summary>Charts of a run as SVG.</summary>
internal static class Charts
{
    /// <summary>Arrivals and what became of them, by second.</summary>
    public static string Throughput(RunResult result) => Draw(
        "Arrivals a second",
        ("begun", result.Timeline, static point => point.Started), ("ended", result.Timeline, static point => point.Ended), ("failed", result.Timeline, static point => point.Failed),
        ("shed", result.Timeline, static point => point.Shed));

    /// <summary>Arrivals in flight, by second.</summary>
    public static string InFlight(RunResult result) => Draw("In flight", ("in flight", result.Timeline, static point => point.InFlight));

    /// <summary>Processor cores of the server, by second.</summary>
    public static string Cores(RunResult result) => result.Timeline.Any(static point => point.BackendCores is not null)
        ? Draw("Processor cores used", ("server", result.Timeline, static point => point.ServerCores), ("scanners", result.Timeline, static point => point.BackendCores))
        : Draw("Cores of the server", ("cores", result.Timeline, static point => point.ServerCores));

    /// <summary>Memory of the server in MiB, by second.</summary>
    public static string Memory(RunResult result) => Draw("Memory of the server, MiB", ("resident", result.Timeline, static point => point.ServerBytes / 1048576.0));

    /// <summary>Latency of each step of a flow over the percentiles, in milliseconds on a logarithmic axis.</summary>
    public static string Latency(FlowStatistics flow)
    {
        PlotModel model = Model($"{flow.Name}: latency in ms by percentile");
        model.Axes.Add(new CategoryAxis { Position = AxisPosition.Bottom, ItemsSource = JsonReport.Percentiles.Select(static p => FormattableString.Invariant($"p{p}")).ToArray() });
        model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Left, MajorGridlineStyle = LineStyle.Dot });
        foreach (StepStatistics step in flow.Steps)
        {
            LineSeries series = new() { Title = step.Name, MarkerType = MarkerType.Circle, MarkerSize = 2 };
            series.Points.AddRange(JsonReport.Percentiles.Select((percentile, i) => new DataPoint(i, Math.Max(0.01, step.At(percentile).TotalMilliseconds))));
            model.Series.Add(series);
        }

        return Export(model);
    }

    private static string Draw(string title, params (string Name, IReadOnlyList<TimelinePoint> Points, Func<TimelinePoint, double?> Value)[] lines)
    {
        PlotModel model = Model(title);
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "seconds" });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        foreach ((string name, IReadOnlyList<TimelinePoint> points, Func<TimelinePoint, double?> value) in lines)
        {
            LineSeries series = new() { Title = name };
            series.Points.AddRange(points.Where(point => value(point) is not null).Select(point => new DataPoint(point.Second, value(point)!.Value)));
            model.Series.Add(series);
        }

        return Export(model);
    }

    /// <summary>An empty chart in the style of all.</summary>
    public static PlotModel Model(string title)
    {
        PlotModel model = new() { Title = title, TitleFontSize = 13, DefaultFontSize = 11, Background = OxyColors.White };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendPlacement = LegendPlacement.Outside });
        return model;
    }

    /// <summary>A chart as an element of SVG.</summary>
    public static string Export(PlotModel model, int width = 620, int height = 280) => new SvgExporter { Width = width, Height = height, IsDocument = false }.ExportToString(model);
}
