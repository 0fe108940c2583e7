using EdgeSmtp.LoadTests.Profiles;
using EdgeSmtp.LoadTests.Running;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>One kind of client.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Load">How many of them.</param>
/// <param name="RunAsync">What one of them does.</param>
internal sealed record Flow(string Name, LoadProfile Load, Func<FlowRun, Task> RunAsync)
{
    /// <summary>Arrivals in flight at once; more are shed and counted, because a load generator that drowns measures itself.</summary>
    public int InFlightMax { get; init; } = 10_000;
}
