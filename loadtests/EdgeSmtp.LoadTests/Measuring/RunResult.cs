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

    /// <summary>Mean resident bytes of the server in one third of the run; <c>null</c> when unknown.</summary>
    /// <param name="third">0, 1 or 2.</param>
    public double? MemoryOf(int third) => Timeline.Skip(third * Timeline.Count / StepStatistics.Thirds).Take(Timeline.Count / StepStatistics.Thirds).Average(static point => point.ServerBytes);

    /// <summary>How many that would be in a day, had the whole day been as the run was.</summary>
    /// <param name="count">Of the run.</param>
    public double PerDay(long count) => count / Duration.TotalDays;
}
