using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Driving;

namespace EdgeSmtp.Pipeline.Changes;

/// <summary>The changes of one call that succeeded.</summary>
/// <param name="Set">The changes.</param>
/// <param name="Stage">When they were made.</param>
/// <param name="Batch">Step in which the call ran. Members of a group share it and do not see each other's changes.</param>
internal sealed record CommittedChanges(ChangeSet Set, Stage Stage, int Batch)
{
    /// <summary>
    /// Whether a recipient's copy gets them: changes for him alone, and those for everybody. Filters of the content speak only for the recipients
    /// in whose profile they run.
    /// </summary>
    public bool IsFor(Recipient? recipient, FilterPlan plan) =>
        (Set.Recipient is null || ReferenceEquals(Set.Recipient, recipient)) && (Stage < Stage.Body || plan.Contains(Set.Node));
}
