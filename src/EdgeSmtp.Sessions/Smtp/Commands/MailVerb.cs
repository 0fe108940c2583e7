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
        SmtpReply? refusal = Reserve(session, command.SizeBytes ?? 0);
        return refusal is null ? JudgeAsync(session) : RefuseAsync(session, refusal, "storage");
    }

    /// <summary>RFC 1870 §6: a message that is too large or has no room now is refused before it is sent.</summary>
    private static SmtpReply? Reserve(SmtpSession session, long sizeBytes)
    {
        if (sizeBytes > session.MessageSizeMax)
        {
            return SmtpReplies.MessageTooLarge;
        }

        switch (session.Services.Store.Health)
        {
            case StoreHealth.Full:
                return SmtpReplies.InsufficientStorage;
            case not StoreHealth.Open:
                return SmtpReplies.LocalError;
        }

        if (sizeBytes > 0)
        {
            session.Transaction.Staged = session.Services.Staging.TryBegin(sizeBytes);
            return session.Transaction.Staged is null ? SmtpReplies.InsufficientStorage : null;
        }

        return null;
    }

    private static async ValueTask<Next> JudgeAsync(SmtpSession session)
    {
        Verdict verdict = await session.Filters.MailAsync(session.Transaction);
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

    private static async ValueTask<Next> RefuseAsync(SmtpSession session, SmtpReply refusal, string reason)
    {
        session.Events.TransactionRefused(session.Transaction, refusal.Code, reason, session.Transaction.DeclaredSizeBytes ?? 0);
        await session.EndTransactionAsync();
        return session.Reply(refusal);
    }
}
