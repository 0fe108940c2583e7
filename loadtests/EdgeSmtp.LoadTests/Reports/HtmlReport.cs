using System.Globalization;
using System.Net;
using System.Text;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Scenarios;

namespace EdgeSmtp.LoadTests.Reports;

/// <summary>The result for people: one file that needs nothing else.</summary>
internal static class HtmlReport
{
    private const string Style =
        "body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:82em;color:#222}table{border-collapse:collapse;margin:.5em 0 1.5em}"
        + "td,th{border:1px solid #ddd;padding:.25em .7em;text-align:right}td:first-child,th:first-child{text-align:left}.ok{color:#067d17}.bad{color:#c0141f}svg{margin:.3em}";

    /// <summary>Makes the page.</summary>
    public static string Of(RunResult result, Scenario scenario)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{result.Scenario}</title><style>{Style}</style><h1>{result.Scenario}</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(scenario.Description)}</p><p>{result.Began:u}, {result.Duration.TotalSeconds:0} s against {Text(result.Target)}. {Text(Machine.Description)}. Commit {Text(Machine.Commit)}.</p><p><code>{Text(Machine.Command)}</code></p><h2>Thresholds</h2><ul>");
        foreach (Threshold threshold in scenario.Thresholds)
        {
            bool holds = threshold.Holds(result);
            page.Append(CultureInfo.InvariantCulture, $"<li class=\"{(holds ? "ok" : "bad")}\">{(holds ? "held" : "missed")}: {Text(threshold.Text)}</li>");
        }

        page.Append("</ul>");
        AppendFindings(page, result, scenario);
        page.Append(Charts.Throughput(result)).Append(Charts.InFlight(result));
        if (result.Timeline.Any(static point => point.ServerCores is not null))
        {
            page.Append(Charts.Cores(result)).Append(Charts.Memory(result));
        }

        foreach (FlowStatistics flow in result.Flows)
        {
            AppendFlow(page, flow, result.Duration);
        }

        return page.Append("</html>\n").ToString();
    }

    private static void AppendFindings(StringBuilder page, RunResult result, Scenario scenario)
    {
        if (scenario.Findings.Count == 0)
        {
            return;
        }

        page.Append("<h2>Findings</h2><ul>");
        foreach (Finding finding in scenario.Findings)
        {
            page.Append(CultureInfo.InvariantCulture, $"<li>{Text(finding.Text)}: {Text(finding.Value(result))}</li>");
        }

        page.Append("</ul>");
    }

    private static void AppendFlow(StringBuilder page, FlowStatistics flow, TimeSpan duration)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(flow.Name)}</h2><p>{flow.Started} begun, {flow.Ended / duration.TotalSeconds:0.0} a second, {flow.Failed} failed, {flow.Shed} shed.</p>");
        page.Append("<table><tr><th>step</th><th>count</th><th>mean ms</th>");
        foreach (double percentile in JsonReport.Percentiles)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th>p{percentile}</th>");
        }

        page.Append("<th>max</th></tr>");
        foreach (StepStatistics step in flow.Steps)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(step.Name)}</td><td>{step.Count}</td><td>{step.Mean.TotalMilliseconds:0.00}</td>");
            foreach (double percentile in JsonReport.Percentiles)
            {
                page.Append(CultureInfo.InvariantCulture, $"<td>{step.At(percentile).TotalMilliseconds:0.00}</td>");
            }

            page.Append(CultureInfo.InvariantCulture, $"<td>{step.Max.TotalMilliseconds:0.00}</td></tr>");
        }

        page.Append("</table>");
        if (flow.Errors.Count > 0)
        {
            page.Append("<table><tr><th>error</th><th>count</th></tr>");
            foreach ((string reason, long count) in flow.Errors.OrderByDescending(static error => error.Value))
            {
                page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(reason)}</td><td>{count}</td></tr>");
            }

            page.Append("</table>");
        }

        if (flow.Steps.Count > 0)
        {
            page.Append(Charts.Latency(flow));
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
