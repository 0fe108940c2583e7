using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf;

/// <summary>Turns a result into a verdict, as the ladder says.</summary>
internal sealed class SpfJudge(SpfBehavior behavior, bool rejectsPermError)
{
    private static readonly SpfJudge NullSender = new(SpfBehavior.RejectFail, rejectsPermError: false);

    /// <summary>The verdict. Where nothing is refused, it allocates nothing.</summary>
    public Verdict Judge(SpfResult result)
    {
        if (behavior >= SpfBehavior.RejectFail && result.Hello?.Status == SpfStatus.Fail)
        {
            return Explained(SpfFilter.HelloFailed, result.Hello);
        }

        // RFC 5321 §4.5.5, §6.1: reports must be taken, and few HELO names have a record. Only what is forged or cannot be told is refused of them.
        if (result.Identity == SpfIdentity.Hello && behavior > SpfBehavior.RejectFail)
        {
            return NullSender.Judge(result);
        }

        // A guess decides only where the domain itself says nothing.
        return result.Status switch
        {
            SpfStatus.None => Guessed(result.Guess),
            SpfStatus.Pass => Verdict.From(SpfFilter.PassNoted),
            SpfStatus.Fail when behavior >= SpfBehavior.RejectFail => Explained(result.Identity == SpfIdentity.Hello ? SpfFilter.HelloFailed : SpfFilter.Failed, result),
            SpfStatus.Fail => Verdict.From(SpfFilter.FailNoted, result.Mechanism),
            SpfStatus.SoftFail => Verdict.From(behavior >= SpfBehavior.RejectSoftFail ? SpfFilter.SoftFailed : SpfFilter.SoftFailNoted, result.Mechanism),
            SpfStatus.Neutral => Verdict.From(behavior >= SpfBehavior.RejectNeutral ? SpfFilter.Neutral : SpfFilter.NeutralNoted, result.Mechanism),
            SpfStatus.TempError => Verdict.From(behavior >= SpfBehavior.DeferErrors ? SpfFilter.TempError : SpfFilter.TempErrorNoted, result.Problem),
            _ => Verdict.From(RefusesPermError ? SpfFilter.PermError : SpfFilter.PermErrorNoted, result.Problem),
        };
    }

    private bool RefusesPermError => behavior >= (rejectsPermError ? SpfBehavior.RejectFail : SpfBehavior.RejectNone);

    private Verdict Guessed(SpfStatus? guess) => guess switch
    {
        SpfStatus.Pass => Verdict.Continue,
        SpfStatus.Fail when behavior >= SpfBehavior.RejectFail => Verdict.From(SpfFilter.Failed, "best guess"),
        SpfStatus.SoftFail when behavior >= SpfBehavior.RejectSoftFail => Verdict.From(SpfFilter.SoftFailed, "best guess"),
        SpfStatus.Neutral when behavior >= SpfBehavior.RejectNeutral => Verdict.From(SpfFilter.Neutral, "best guess"),
        null when behavior >= SpfBehavior.RejectNone => Verdict.From(SpfFilter.Missing),
        _ => Verdict.Continue,
    };

    // RFC 7208 §8.4: where words come from a stranger, the reply says from whom. They were made printable when they were read.
    private static Verdict Explained(FilterReason reason, SpfResult result) => result.Explanation is { Length: > 0 } explanation
        ? Verdict.From(reason with { Text = $"{reason.Text}\nThe domain {result.Domain} explains:\n{explanation}" }, result.Mechanism)
        : Verdict.From(reason, result.Mechanism);
}
