using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Servers;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>What happens in one load test, and what must hold in it.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Flows">Its clients, all at the same time.</param>
/// <param name="Thresholds">What fails the run.</param>
internal sealed record Scenario(string Name, string Description, IReadOnlyList<Flow> Flows, IReadOnlyList<Threshold> Thresholds)
{
    /// <summary>The server that the scenario starts when no target is named.</summary>
    public ServerSetup Setup { get; init; } = new();

    /// <summary>Clients that come before all that and are not counted, for what a young process does once: it compiles, and fills its tables. Default none.</summary>
    public IReadOnlyList<Flow> WarmUp { get; init; } = [];

    /// <summary>What the run finds out beside its thresholds. Default nothing.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What happens to that server while the scenario runs; <c>null</c> for nothing.</summary>
    public Func<ServerGroup, TimeProvider, CancellationToken, Task>? Disturb { get; init; }

    /// <summary>Recipients that the server takes and refuses, and the domain of the dead next hop, are those of load.json.</summary>
    public const string GoodRecipient = "user@load.test";

    /// <summary>Whom the server relays to the next hop.</summary>
    public const string RelayedRecipient = "user@next.test";

    /// <summary>Whose next hop does not answer.</summary>
    public const string StrandedRecipient = "user@dead.test";
}
