using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>
/// Decides about one recipient where nobody waits for a reply of its own: filters of the attempt, relay control and validity, the way, filters of the recipient, in this order.
/// RCPT of SMTP goes the same way, with pauses and replies between.
/// </summary>
internal sealed class RecipientJudge(SessionSnapshot snapshot, FilterRun filters, RecipientControl control)
{
    /// <summary>Decides. One who is accepted is among the recipients of the transaction then.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="path">The forward-path.</param>
    /// <returns>A decision that refuses, or a verdict that refuses, or neither.</returns>
    public async ValueTask<(RecipientDecision Decision, Verdict Verdict)> JudgeAsync(MailTransaction transaction, MailPath path)
    {
        Verdict attempt = await filters.RcptAttemptAsync(transaction, path);
        if (attempt.Kind >= VerdictKind.Defer)
        {
            return (default, attempt);
        }

        RecipientDecision decision = await control.DecideAsync(path);
        MailPath destination = decision.IsPostmaster ? snapshot.Postmaster : path;
        if (decision.Refusal is null)
        {
            decision = RouteControl.Refuse(snapshot.Routes, transaction, destination) ?? decision;
        }

        if (decision.Refusal is not null)
        {
            return (decision, default);
        }

        MailRecipient recipient = new(transaction, transaction.Recipients.Count, new RcptCommand { ForwardPath = path }, decision, destination);
        RecipientProfiles.Assign(snapshot, filters, recipient);
        Verdict verdict = await filters.RcptAsync(transaction, recipient);
        if (verdict.Kind < VerdictKind.Defer)
        {
            transaction.Accept(recipient);
        }

        return (decision, verdict);
    }
}
