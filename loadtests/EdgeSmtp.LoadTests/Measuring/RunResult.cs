namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>All that a run found.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Target">The server.</param>
/// <param name="Began">When.</param>
/// <param name="Duration">How long, until the last arrival had ended.</param>
/// <param name="Flows">By flow.</param>
/// <param name="Timeline">By second.</param>
internal sealed record RunResult(
    string Scenario, string Target, DateTimeOffset Began, TimeSpan Duration, IReadOnlyList<FlowStatistics> Flows, IReadOnlyList<TimelinePoint> Timeline)
{
    public FlowStatistics Flow(string name) => Flows.First(flow => flow.Name == name);
}
