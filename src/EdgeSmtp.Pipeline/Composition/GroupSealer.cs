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
            if (plans[draft.Plan].StepsOf(Stage.Seal).Length > 0)
            {
                return SealEachAsync(transaction, composer, verdicts);
            }
        }

        DeliveryGroup[] groups = new DeliveryGroup[composer.Groups.Count];
        for (int i = 0; i < groups.Length; i++)
        {
            DraftGroup draft = composer.Groups[i];
            groups[i] = new DeliveryGroup(composer.ReversePath, draft.Recipients, draft.Added, draft.Content.ToSequence(), draft.IsQuarantined);
        }

        return new ValueTask<IReadOnlyList<DeliveryGroup>>(groups);
    }

    private async ValueTask<IReadOnlyList<DeliveryGroup>> SealEachAsync(Transaction transaction, GroupComposer composer, RecipientVerdicts verdicts)
    {
        List<DeliveryGroup> groups = [];
        foreach (DraftGroup draft in composer.Groups)
        {
            GroupSeal seal = new(draft.Content.ToSequence(), draft.Recipients);
            StageCall call = new() { Stage = Stage.Seal, Session = transaction.Session, Transaction = transaction, Seal = seal };
            Finding finding = await stages.RunAsync(call, plans[draft.Plan].StepsOf(Stage.Seal), default);
            if (finding.IsRefusal)
            {
                // All or nothing: committing the groups that were sealed and asking the client to send the message again would deliver to them twice.
                verdicts.SetAll(finding.Verdict);
                return [];
            }

            groups.Add(new DeliveryGroup(composer.ReversePath, draft.Recipients, draft.Added, seal.Message, draft.IsQuarantined));
        }

        return groups;
    }
}
