using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>What comes before the first byte of content, by DATA and by BDAT.</summary>
internal static class ContentStart
{
    private static readonly string NoSpace = MetricLabels.Of(TransactionOutcome.NoSpace);

    /// <summary>Finds room, writes the trace fields, and opens the body sinks.</summary>
    /// <returns>The refusal when there is no room.</returns>
    public static async ValueTask<SmtpReply?> BeginAsync(SmtpSession session)
    {
        session.Transaction.Staged ??= session.Services.Staging.TryBegin(0);
        if (session.Transaction.Staged is null)
        {
            session.Metrics.Transaction(TransactionOutcome.NoSpace).Add();
            session.Events.TransactionRefused(session.Transaction, SmtpReplies.InsufficientStorage.Code, NoSpace, 0);
            return SmtpReplies.InsufficientStorage;
        }

        await session.Client.SettleClientNameAsync();
        ReadOnlyMemory<byte> trace = session.Trace.Build(
            session.Transaction, session.Filters, session.Snapshot.Hostname, session.Services.Time.GetUtcNow());
        session.Transaction.Staged.SetTrace(trace.Span);
        session.Body = session.Filters.OpenBody(session.Transaction);
        session.Content.Begin(session.Body);
        await session.Content.FeedTraceAsync(trace);
        return null;
    }

    /// <summary>Answers DATA or BDAT that may not begin.</summary>
    public static async ValueTask<Next> RefuseAsync(SmtpSession session, SmtpReply refusal)
    {
        // A client that pipelined its content behind the command sends it as commands now. So that none of its lines can complete what
        // the client had begun, the transaction ends, unless the command was merely out of place.
        bool isNoSpace = refusal == SmtpReplies.InsufficientStorage;
        Next next = isNoSpace ? session.Refuse(refusal, NoSpace) : session.Reply(refusal);
        if (isNoSpace || refusal == SmtpReplies.NoValidRecipients)
        {
            await session.EndTransactionAsync();
        }

        return next;
    }
}
