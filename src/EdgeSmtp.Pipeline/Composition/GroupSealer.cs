using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Driving;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>Runs seal filters over each delivery group, and gives the groups as they are committed.</summary>
internal sealed class GroupSealer(PlanSet plans, StageRunner stages)
{
    public ValueTask<IReadOnlyList<DeliveryGroup>> SealAsync(Transaction transaction, GroupComposer composer, RecipientVerdicts verdicts)
    {
        foreach (DraftGroup draft in composer.Groups)
        {
            if (IsToBeSealed(draft))
            {
                return SealEachAsync(transaction, composer, verdicts);
            }
        }

        DeliveryGroup[] groups = new DeliveryGroup[composer.Groups.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = GroupOf(transaction, composer, composer.Groups[i], null);
        }

        return new ValueTask<IReadOnlyList<DeliveryGroup>>(groups);
    }

    private bool IsToBeSealed(DraftGroup draft) => draft.Owed.Count == 0 && plans[draft.Plan].StepsOf(Stage.Seal).Length > 0;

    private static DeliveryGroup GroupOf(Transaction transaction, GroupComposer composer, DraftGroup draft, GroupSeal? seal)
    {
        ComposedContent content = draft.Content;
        bool isWhole = content.Replaced is null && content.Rest.Length == transaction.Content!.Length;
        return new DeliveryGroup(composer.ReversePath, draft.Recipients, draft.Added, seal?.Message ?? content.ToSequence(), draft.IsQuarantined)
        {
            Owed = draft.Owed,
            TraceLength = isWhole ? content.Head.Length + transaction.Content!.TraceLength : 0,
            IsUnchanged = isWhole && content.Head.Length == 0 && seal is null,
        };
    }

    private async ValueTask<IReadOnlyList<DeliveryGroup>> SealEachAsync(Transaction transaction, GroupComposer composer, RecipientVerdicts verdicts)
    {
        List<DeliveryGroup> groups = [];
        foreach (DraftGroup draft in composer.Groups)
        {
            if (!IsToBeSealed(draft))
            {
                groups.Add(GroupOf(transaction, composer, draft, null));
                continue;
            }

            GroupSeal seal = new(draft.Content.ToSequence(), draft.Recipients);
            StageCall call = new() { Stage = Stage.Seal, Session = transaction.Session, Transaction = transaction, Seal = seal };
            Finding finding = await stages.RunAsync(call, plans[draft.Plan].StepsOf(Stage.Seal), default);
            if (finding.IsRefusal)
            {
                // All or nothing: committing the groups that were sealed and asking the client to send the message again would deliver to them twice.
                verdicts.SetAll(finding.Verdict);
                return [];
            }

            groups.Add(GroupOf(transaction, composer, draft, seal));
        }

        return groups;
    }
}
