using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>What every protocol does about a recipient who is refused, besides its reply and its metrics: the session has one more against it, and the log says who and why.</summary>
internal static class RecipientRefusal
{
    /// <summary>Relay control, validity or the way refused.</summary>
    /// <returns>The token of the reason.</returns>
    public static string Tell(InboundSession client, MailEvents events, MailTransaction transaction, MailPath path, in RecipientDecision decision)
    {
        string token = RecipientReasons.Of(decision.Outcome);
        client.CountRecipient(decision.Outcome);
        events.RecipientRefused(transaction, path, decision.Refusal!.Code, token);
        return token;
    }

    /// <summary>A filter refused.</summary>
    public static void Tell(InboundSession client, MailEvents events, MailTransaction transaction, MailPath path, Verdict verdict, FilterRun filters)
    {
        client.CountRecipient(verdict.Reason!);
        events.RecipientRefused(transaction, path, verdict.Reason!.Code, "filter", verdict, filters.DecidedBy);
    }
}
