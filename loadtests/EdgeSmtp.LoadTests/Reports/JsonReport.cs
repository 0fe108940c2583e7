using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Scenarios;

namespace EdgeSmtp.LoadTests.Reports;

/// <summary>The result for programs.</summary>
internal static class JsonReport
{
    public static readonly double[] Percentiles = [50, 90, 95, 99, 99.9];
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Milliseconds and bytes, by flow, step and second.</summary>
    public static string Of(RunResult result, Scenario scenario) => JsonSerializer.Serialize(
        new
        {
            scenario = result.Scenario,
            description = scenario.Description,
            target = result.Target,
            began = result.Began,
            seconds = Math.Round(result.Duration.TotalSeconds, 2),
            machine = Machine.Description,
            commit = Machine.Commit,
            command = Machine.Command,
            findings = scenario.Findings.ToDictionary(static finding => finding.Text, finding => finding.Value(result)),
            passed = scenario.Thresholds.All(threshold => threshold.Holds(result)),
            thresholds = scenario.Thresholds.Select(threshold => new { threshold.Text, holds = threshold.Holds(result) }),
            flows = result.Flows.Select(flow => new
            {
                flow.Name,
                flow.Started,
                flow.Failed,
                flow.Shed,
                perSecond = Math.Round(flow.Ended / result.Duration.TotalSeconds, 1),
                errors = flow.Errors,
                steps = flow.Steps.Select(static step => new
                {
                    step.Name,
                    step.Count,
                    meanMs = Round(step.Mean),
                    percentilesMs = Percentiles.ToDictionary(static p => $"p{p.ToString(System.Globalization.CultureInfo.InvariantCulture)}", p => Round(step.At(p))),
                    maxMs = Round(step.Max),
                }),
            }),
            timeline = result.Timeline,
        },
        Options);

    private static double Round(TimeSpan span) => Math.Round(span.TotalMilliseconds, 3);
}
