using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>
/// Makes one verdict of those for each recipient, for a protocol with one reply. All refused: one refusal. Mixed: accepted, and quarantined for those that refuse, because a
/// refusal would make the client send again to all, and a bounce would be backscatter (docs/adr/0004-mixed-verdicts.md).
/// </summary>
internal static class MixedVerdicts
{
    /// <summary>Reduces.</summary>
    /// <param name="verdicts">What filters said.</param>
    /// <param name="reduced">Takes what is to be composed: no verdict in it is more severe than Quarantine, unless the result refuses.</param>
    /// <returns>The verdict that refuses the message, or Continue.</returns>
    public static Verdict Reduce(RecipientVerdicts verdicts, RecipientVerdicts reduced)
    {
        Verdict refusal = Verdict.Continue;
        bool anyAccepted = false;
        for (int i = 0; i < verdicts.Count; i++)
        {
            Verdict verdict = verdicts[i];
            if (verdict.Kind < VerdictKind.Defer)
            {
                anyAccepted = true;
            }
            else if (refusal.Kind == VerdictKind.Continue || Outranks(verdict, refusal))
            {
                refusal = verdict;
            }
        }

        reduced.Reset(verdicts.Count);
        for (int i = 0; i < verdicts.Count; i++)
        {
            reduced.Set(i, verdicts[i].Kind < VerdictKind.Defer || !anyAccepted ? verdicts[i] : VerdictNotes.Mixed(verdicts[i]));
        }

        return anyAccepted ? Verdict.Continue : refusal;
    }

    /// <summary>Name of the filter that refused the first of the refused recipients; for the log.</summary>
    public static string? DeciderOf(FilterRun filters, RecipientVerdicts verdicts)
    {
        for (int i = 0; i < verdicts.Count; i++)
        {
            if (verdicts[i].Kind >= VerdictKind.Defer)
            {
                return filters.DeciderOf(i);
            }
        }

        return null;
    }

    /// <summary>Among refusals the one that leaves most open wins: a permanent reply would also end it for the recipient that only wants to be asked again.</summary>
    private static bool Outranks(Verdict verdict, Verdict other) =>
        verdict.Kind == VerdictKind.Disconnect || (other.Kind == VerdictKind.Reject && verdict.Kind == VerdictKind.Defer);
}
