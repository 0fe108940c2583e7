using System.Globalization;
using EdgeSmtp.LoadTests.Measuring;
using Spectre.Console;

namespace EdgeSmtp.LoadTests.Reports;

/// <summary>What a person sees while a run goes on: a table on a terminal, a line a second elsewhere.</summary>
/// <param name="console">The terminal.</param>
/// <param name="plain">Takes the lines where there is no terminal.</param>
internal sealed class LiveConsole(IAnsiConsole console, TextWriter plain)
{
    /// <summary>Shows a run until it ends.</summary>
    /// <param name="run">The run; it calls what it is given once a second.</param>
    public async Task<RunResult> ShowAsync(Func<Action<TimelinePoint, IReadOnlyList<FlowStatistics>>, Task<RunResult>> run)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            return await run((point, _) => plain.WriteLine(Line(point)));
        }

        return await console.Live(new Text("…")).StartAsync(context => run((point, flows) => context.UpdateTarget(Table(point, flows))));
    }

    private static string Line(TimelinePoint point) => string.Create(
        CultureInfo.InvariantCulture,
        $"{point.Second,4} s  begun {point.Started,6}  ended {point.Ended,6}  failed {point.Failed,4}  shed {point.Shed,4}  in flight {point.InFlight,6}  cores {point.ServerCores:0.00}  MiB {point.ServerBytes >> 20}");

    private static Table Table(TimelinePoint point, IReadOnlyList<FlowStatistics> flows)
    {
        Table table = new Table().AddColumns("flow", "begun", "in flight", "failed", "shed", "step", "p50 ms", "p99 ms").Caption(Line(point));
        foreach (FlowStatistics flow in flows)
        {
            bool isFirst = true;
            foreach (StepStatistics step in flow.Steps)
            {
                string[] head = isFirst ? [flow.Name, Number(flow.Started), Number(flow.InFlight), Number(flow.Failed), Number(flow.Shed)] : ["", "", "", "", ""];
                table.AddRow([.. head.Select(Markup.Escape), Markup.Escape(step.Name), Milliseconds(step.At(50)), Milliseconds(step.At(99))]);
                isFirst = false;
            }
        }

        return table;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan span) => span.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
