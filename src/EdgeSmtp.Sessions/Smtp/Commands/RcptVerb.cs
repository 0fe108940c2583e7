using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>RCPT (RFC 5321 §4.1.1.3). In this order: syntax, number, filters of the attempt, relay control and validity, filters of the recipient.</summary>
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

        // What a filter asked for elsewhere is not for this reply.
        session.Client.TakeReplyHold();
        ValueTask<Verdict> attempt = session.Filters.RcptAttemptAsync(session.Transaction, command.ForwardPath);
        if (!attempt.IsCompletedSuccessfully)
        {
            return AttemptAsync(session, command, attempt);
        }

        Verdict verdict = attempt.Result;
        TimeSpan hold = session.Client.TakeReplyHold();
        if (hold > TimeSpan.Zero)
        {
            return HoldAsync(session, command, verdict, hold);
        }

        return verdict.Kind >= VerdictKind.Defer ? new(Refuse(session, command.ForwardPath, verdict)) : DecideAsync(session, command);
    }

    private static async ValueTask<Next> AttemptAsync(SmtpSession session, RcptCommand command, ValueTask<Verdict> attempt)
    {
        Verdict verdict = await attempt;
        return await HoldAsync(session, command, verdict, session.Client.TakeReplyHold());
    }

    private static async ValueTask<Next> HoldAsync(SmtpSession session, RcptCommand command, Verdict verdict, TimeSpan hold)
    {
        if (hold > TimeSpan.Zero && await HeldReply.WaitAsync(session, hold) is { } ended)
        {
            return ended;
        }

        return verdict.Kind >= VerdictKind.Defer ? Refuse(session, command.ForwardPath, verdict) : await DecideAsync(session, command);
    }

    private static ValueTask<Next> DecideAsync(SmtpSession session, RcptCommand command)
    {
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
        string token = RecipientRefusal.Tell(session.Client, session.Events, session.Transaction, path, decision);
        return session.Refuse(refusal, token, path);
    }

    private static Next Refuse(SmtpSession session, MailPath path, Verdict verdict)
    {
        session.Counts.RecipientsRefused++;
        session.Metrics.Recipient(RecipientOutcome.Filter).Add();
        RecipientRefusal.Tell(session.Client, session.Events, session.Transaction, path, verdict, session.Filters);
        return session.Reply(verdict, session.Transaction.Id, path);
    }

    private static async ValueTask<Next> JudgeAsync(SmtpSession session, RcptCommand command, RecipientDecision decision)
    {
        MailTransaction transaction = session.Transaction;
        MailPath destination = decision.IsPostmaster ? session.Snapshot.Postmaster : command.ForwardPath;
        if (RouteControl.Refuse(session.Snapshot.Routes, transaction, destination) is { } lacking)
        {
            return Refuse(session, command.ForwardPath, lacking);
        }

        MailRecipient recipient = new(transaction, transaction.Recipients.Count, command, decision, destination);
        RecipientProfiles.Assign(session.Snapshot, session.Filters, recipient);
        if (session.Options.SplitByProfile && !RecipientProfiles.CanShare(session.Filters, transaction, recipient))
        {
            return Refuse(session, command.ForwardPath, new RecipientDecision(RecipientOutcome.OtherProfile, SmtpReplies.OtherTransaction, false, true));
        }

        Verdict verdict = await session.Channel.Watch.WhileAsync(session.Filters.RcptAsync(transaction, recipient));
        if (verdict.Kind >= VerdictKind.Defer)
        {
            return Refuse(session, command.ForwardPath, verdict);
        }

        transaction.Accept(recipient);
        session.State = SmtpState.Rcpt;
        session.Counts.RecipientsAccepted++;
        session.Metrics.Recipient(RecipientOutcome.Accepted).Add();
        return session.Reply(SmtpReplies.RecipientOk);
    }
}
