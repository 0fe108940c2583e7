using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>What is decided without asking a list, in the syntax of rblsmtpd's <c>$RBLSMTPD</c>.</summary>
internal static class RblDecision
{
    /// <summary>The verdict: empty passes, <c>text</c> refuses for now, <c>-text</c> for good.</summary>
    public static Verdict Of(string decision)
    {
        if (decision.Length == 0)
        {
            return Verdict.Continue;
        }

        (FilterReason reason, string text) = decision[0] == '-' ? (RblFilter.Decided, decision[1..]) : (RblFilter.DecidedForNow, decision);
        return Verdict.From(text.Length == 0 ? reason : reason with { Text = text });
    }
}
