using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>MAIL (RFC 5321 §4.1.1.2). Begins a transaction and reserves what SIZE declares.</summary>
internal sealed class MailVerb : ISmtpCommand
{
    public ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (session.RequiresTls && !session.Client.IsTls)
        {
            return new(session.Reply(SmtpReplies.StartTlsFirst));
        }

        CommandError error = MailCommandParser.TryParse(argument.Span, session.Parameters, out MailCommand command);
        if (error != CommandError.None)
        {
            return new(session.Reply(CommandErrors.ReplyFor(error)));
        }

        session.Transaction.Begin(session.Services.Ids.Next(), command);
        session.Spans?.BeginTransaction(session.Transaction);
        TransactionOutcome refusal = Reserve(session, command.SizeBytes ?? 0);
        return refusal == TransactionOutcome.Committed ? JudgeAsync(session) : RefuseAsync(session, refusal);
    }

    /// <summary>RFC 1870 §6: a message that is too large or has no room now is refused before it is sent.</summary>
    /// <returns>Why not; <see cref="TransactionOutcome.Committed"/> when it may come.</returns>
    private static TransactionOutcome Reserve(SmtpSession session, long sizeBytes)
    {
        if (sizeBytes > session.MessageSizeMax)
        {
            return TransactionOutcome.TooLarge;
        }

        switch (session.Services.Store.Health)
        {
            case StoreHealth.Full:
                return TransactionOutcome.NoSpace;
            case not StoreHealth.Open:
                return TransactionOutcome.StoreFailed;
        }

        if (sizeBytes > 0)
        {
            session.Transaction.Staged = session.Services.Staging.TryBegin(sizeBytes);
            return session.Transaction.Staged is null ? TransactionOutcome.NoSpace : TransactionOutcome.Committed;
        }

        return TransactionOutcome.Committed;
    }

    private static async ValueTask<Next> JudgeAsync(SmtpSession session)
    {
        Verdict verdict = await session.Channel.Watch.WhileAsync(session.Filters.MailAsync(session.Transaction));
        if (verdict.Kind < VerdictKind.Defer)
        {
            session.State = SmtpState.Mail;
            session.TriedRecipients = false;
            return session.Reply(SmtpReplies.SenderOk);
        }

        session.Events.TransactionRefused(session.Transaction, verdict.Reason!.Code, "filter", 0, verdict, session.Filters.DecidedBy);
        // The reply has the id of the transaction, so it is written before that ends.
        Next next = session.Reply(verdict, session.Transaction.Id);
        await session.EndTransactionAsync();
        return next;
    }

    private static async ValueTask<Next> RefuseAsync(SmtpSession session, TransactionOutcome outcome)
    {
        SmtpReply reply = outcome switch
        {
            TransactionOutcome.TooLarge => SmtpReplies.MessageTooLarge,
            TransactionOutcome.NoSpace => SmtpReplies.InsufficientStorage,
            _ => SmtpReplies.LocalError,
        };
        string token = MetricLabels.Of(outcome);
        session.Metrics.Transaction(outcome).Add();
        session.Events.TransactionRefused(session.Transaction, reply.Code, token, session.Transaction.DeclaredSizeBytes ?? 0);
        // The reply has the id of the transaction, so it is written before that ends.
        Next next = session.Refuse(reply, token);
        await session.EndTransactionAsync();
        return next;
    }
}
