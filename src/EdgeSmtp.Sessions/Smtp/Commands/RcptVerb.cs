using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>RCPT (RFC 5321 §4.1.1.3). In this order: syntax, number, relay control and validity, filters.</summary>
internal sealed class RcptVerb : ISmtpCommand
{
    public ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        session.TriedRecipients = true;
        CommandError error = RcptCommandParser.TryParse(argument.Span, session.Parameters, session.Transaction.SmtpUtf8, out RcptCommand command);
        if (error != CommandError.None)
        {
            session.Metrics.Recipient(RecipientOutcome.Syntax).Add();
            return new(session.Reply(CommandErrors.ReplyFor(error)));
        }

        if (session.Transaction.Has(command.ForwardPath))
        {
            // §8.5 of the design: it gets the message once; what another server would make of a refusal is worse.
            session.Metrics.Recipient(RecipientOutcome.Duplicate).Add();
            return new(session.Reply(SmtpReplies.RecipientOk));
        }

        if (session.Transaction.Recipients.Count >= session.RecipientsMax)
        {
            return new(Refuse(session, command.ForwardPath, new RecipientDecision(RecipientOutcome.TooMany, SmtpReplies.TooManyRecipients, false, false)));
        }

        ValueTask<RecipientDecision> decision = session.Recipients.DecideAsync(command.ForwardPath);
        if (decision.IsCompletedSuccessfully)
        {
            RecipientDecision decided = decision.Result;
            return decided.Refusal is null ? JudgeAsync(session, command, decided) : new(Refuse(session, command.ForwardPath, decided));
        }

        return AwaitAsync(session, command, decision);
    }

    private static async ValueTask<Next> AwaitAsync(SmtpSession session, RcptCommand command, ValueTask<RecipientDecision> decision)
    {
        RecipientDecision decided = await decision;
        return decided.Refusal is null ? await JudgeAsync(session, command, decided) : Refuse(session, command.ForwardPath, decided);
    }

    private static Next Refuse(SmtpSession session, MailPath path, in RecipientDecision decision)
    {
        SmtpReply refusal = decision.Refusal!;
        session.Counts.RecipientsRefused++;
        session.Metrics.Recipient(decision.Outcome).Add();
        string token = RecipientReasons.Of(decision.Outcome);
        session.Events.RecipientRefused(session.Transaction, path, refusal.Code, token);
        return session.Refuse(refusal, token, path);
    }

    private static async ValueTask<Next> JudgeAsync(SmtpSession session, RcptCommand command, RecipientDecision decision)
    {
        MailTransaction transaction = session.Transaction;
        MailPath destination = decision.IsPostmaster ? session.Snapshot.Postmaster : command.ForwardPath;
        MailRecipient recipient = new(transaction, transaction.Recipients.Count, command, decision, destination);
        RecipientProfiles.Assign(session.Snapshot, session.Filters, recipient);
        if (session.Options.SplitByProfile && !RecipientProfiles.CanShare(session.Filters, transaction, recipient))
        {
            return Refuse(session, command.ForwardPath, new RecipientDecision(RecipientOutcome.OtherProfile, SmtpReplies.OtherTransaction, false, true));
        }

        Verdict verdict = await session.Filters.RcptAsync(transaction, recipient);
        if (verdict.Kind >= VerdictKind.Defer)
        {
            session.Counts.RecipientsRefused++;
            session.Metrics.Recipient(RecipientOutcome.Filter).Add();
            session.Events.RecipientRefused(transaction, command.ForwardPath, verdict.Reason!.Code, "filter", verdict, session.Filters.DecidedBy);
            return session.Reply(verdict, transaction.Id, command.ForwardPath);
        }

        transaction.Accept(recipient);
        session.State = SmtpState.Rcpt;
        session.Counts.RecipientsAccepted++;
        session.Metrics.Recipient(RecipientOutcome.Accepted).Add();
        return session.Reply(SmtpReplies.RecipientOk);
    }
}
