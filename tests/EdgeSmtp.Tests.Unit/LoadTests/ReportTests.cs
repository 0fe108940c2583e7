using System.Text.Json;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Reports;
using EdgeSmtp.LoadTests.Scenarios;
using Xunit;

namespace EdgeSmtp.Tests.Unit.LoadTests;

/// <summary>What a run is boiled down to.</summary>
public sealed class ReportTests
{
    private static readonly Scenario Scenario = new(
        "sample", "A sample.", [], [Threshold.NoErrors("mail"), Threshold.NothingShed("mail"), Threshold.Latency("mail", "dot", 99, TimeSpan.FromMilliseconds(120))]);

    [Fact]
    public void Json_HasPercentilesErrorsAndThresholds()
    {
        JsonElement root = JsonDocument.Parse(JsonReport.Of(Result(withError: true), Scenario)).RootElement;
        Assert.False(root.GetProperty("passed").GetBoolean());
        Assert.Equal([false, true, true], root.GetProperty("thresholds").EnumerateArray().Select(static threshold => threshold.GetProperty("holds").GetBoolean()));
        JsonElement flow = root.GetProperty("flows")[0];
        Assert.Equal(1, flow.GetProperty("errors").GetProperty("rcpt: 451").GetInt64());
        JsonElement step = flow.GetProperty("steps")[0];
        Assert.Equal(100, step.GetProperty("Count").GetInt64());
        Assert.InRange(step.GetProperty("percentilesMs").GetProperty("p99").GetDouble(), 98, 100);
    }

    [Fact]
    public void Html_EscapesWhatServersSaid_AndHasCharts()
    {
        string page = HtmlReport.Of(Result(withError: true), Scenario);
        Assert.Contains("missed: mail: no errors", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        FlowStatistics hostile = new("mail", static () => 0);
        hostile.Fail("<script>");
        Assert.DoesNotContain("<script>", HtmlReport.Of(Of(hostile), Scenario), StringComparison.Ordinal);
    }

    [Fact]
    public void Thresholds_OfAGoodRun_AllHold() => Assert.All(Scenario.Thresholds, static threshold => Assert.True(threshold.Holds(Result(withError: false))));

    [Fact]
    public void Catalog_EveryThreshold_NamesAFlowThatThereIs()
    {
        foreach (Scenario scenario in ScenarioCatalog.All)
        {
            RunResult empty = new(scenario.Name, "nobody", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), [.. scenario.Flows.Select(static flow => new FlowStatistics(flow.Name, static () => 0))], []);
            Assert.All(scenario.Thresholds, threshold => threshold.Holds(empty));
        }

        Assert.Distinct(ScenarioCatalog.All.Select(static scenario => scenario.Name));
    }

    private static RunResult Result(bool withError)
    {
        FlowStatistics flow = new("mail", static () => 0);
        for (int i = 1; i <= 100; i++)
        {
            flow.Start();
            flow.Record("dot", TimeSpan.FromMilliseconds(i));
            flow.End();
        }

        if (withError)
        {
            flow.Fail("rcpt: 451");
        }

        return Of(flow);
    }

    private static RunResult Of(FlowStatistics flow) =>
        new("sample", "127.0.0.1:25", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(10), [flow], [new TimelinePoint(1, 100, 100, 0, 0, 0, 0.5, 1 << 20)]);
}
