using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>What comes after the last byte of content, by DATA and by BDAT: judge, commit, and only then 250.</summary>
internal static class ContentEnd
{
    /// <summary>Finishes the transaction with its one reply.</summary>
    /// <param name="session">The session.</param>
    /// <param name="found">What the decoder met.</param>
    /// <param name="longestLine">Bytes of the longest line.</param>
    public static async ValueTask<Next> RunAsync(SmtpSession session, ContentFlags found, long longestLine)
    {
        session.Content.Judge(found, session.NewlinePolicy, longestLine);
        CountBytes(session);

        // Filters hear of it even when the content is refused anyway: they judge the client.
        Verdict violation = await Violations.ReportContentAsync(session, found);
        Next next = session.Content.Refusal is { } refusal && violation.Kind != VerdictKind.Disconnect
            ? Refuse(session, refusal, session.Content.Outcome)
            : await JudgeAsync(session, found, violation);

        await session.EndTransactionAsync();
        return next;
    }

    /// <summary>The content ended early: the client left or ran out of time.</summary>
    public static void Abandon(SmtpSession session)
    {
        CountBytes(session);
        session.Metrics.Transaction(TransactionOutcome.Abandoned).Add();
    }

    /// <summary>The content is so far over the limit that nobody waits for its end: it is refused, and the session ends.</summary>
    /// <param name="session">The session.</param>
    /// <param name="sizeBytes">Its size as far as it is known.</param>
    public static Next GiveUp(SmtpSession session, long sizeBytes)
    {
        Refuse(session, SmtpReplies.MessageTooLarge, TransactionOutcome.TooLarge, sizeBytes);
        session.End = SessionEnd.Violation;
        return Next.Close;
    }

    /// <summary>Counts what has come of the content, whatever becomes of it.</summary>
    public static void CountBytes(SmtpSession session)
    {
        session.Counts.ContentBytes += session.Content.Bytes;
        session.Metrics.ContentBytes.Add(session.Content.Bytes);
    }

    private static Next Refuse(SmtpSession session, SmtpReply refusal, TransactionOutcome outcome) => Refuse(session, refusal, outcome, session.Content.Bytes);

    private static Next Refuse(SmtpSession session, SmtpReply refusal, TransactionOutcome outcome, long sizeBytes)
    {
        session.Metrics.Transaction(outcome).Add();
        string token = MetricLabels.Of(outcome);
        session.Events.TransactionRefused(session.Transaction, refusal.Code, token, sizeBytes);
        return session.Refuse(refusal, token);
    }

    private static async ValueTask<Next> JudgeAsync(SmtpSession session, ContentFlags found, Verdict violation)
    {
        MailTransaction transaction = session.Transaction;
        if (violation.Kind >= VerdictKind.Defer)
        {
            return Refuse(session, violation, session.Filters.DecidedBy);
        }

        transaction.Seal();
        await session.Channel.Watch.WhileAsync(StagedFilters.JudgeAsync(session.Filters, transaction, session.Body, session.Verdicts), isContentComplete: true);
        Verdict refused = MixedVerdicts.Reduce(session.Verdicts, session.ReducedVerdicts);
        if (refused.Kind >= VerdictKind.Defer)
        {
            return Refuse(session, refused, MixedVerdicts.DeciderOf(session.Filters, session.Verdicts));
        }

        if (transaction.Staged is null)
        {
            // Sinks refused every recipient and did not say so in the end. What was not kept cannot be accepted.
            return Refuse(session, SmtpReplies.LocalError, TransactionOutcome.Deferred);
        }

        Acceptance acceptance = await session.Committer.BeginAsync(transaction, session.ReducedVerdicts, found);
        return acceptance.Refusal.Kind >= VerdictKind.Defer
            ? Refuse(session, acceptance.Refusal, filter: null)
            : Answer(session, acceptance, await acceptance.Result);
    }

    /// <param name="session">The session.</param>
    /// <param name="refused">What a filter said.</param>
    /// <param name="filter">Its name; <c>null</c> for one that seals, which leaves none.</param>
    private static Next Refuse(SmtpSession session, Verdict refused, string? filter)
    {
        session.Metrics.Transaction(refused.Reason!.Code >= 500 ? TransactionOutcome.Rejected : TransactionOutcome.Deferred).Add();
        session.Events.TransactionRefused(session.Transaction, refused.Reason.Code, "filter", session.Content.Bytes, refused, filter);
        return session.Reply(refused, session.Transaction.Id);
    }

    private static Next Answer(SmtpSession session, in Acceptance acceptance, CommitResult result)
    {
        MailTransaction transaction = session.Transaction;
        if (result != CommitResult.Committed)
        {
            bool isFull = result == CommitResult.Full;
            return Refuse(
                session, isFull ? SmtpReplies.InsufficientStorage : SmtpReplies.LocalError, isFull ? TransactionOutcome.NoSpace : TransactionOutcome.StoreFailed);
        }

        TimeSpan delay = session.Services.Time.GetElapsedTime(acceptance.Began);
        if (!acceptance.IsDiscarded)
        {
            session.Metrics.CommitSeconds.Observe(delay.TotalSeconds, session.Filters.Span);
        }

        session.CountMessage();
        session.Metrics.Transaction(acceptance.IsDiscarded ? TransactionOutcome.Discarded : TransactionOutcome.Committed).Add();
        CommittedMessage message = new(
            transaction.Id, transaction.ReversePath, MailEvents.JoinRecipients(transaction.Recipients), transaction.Recipients.Count,
            session.Content.Bytes, delay, acceptance.IsDiscarded)
        {
            FurtherIds = acceptance.FurtherIds,
            TraceId = session.Spans?.TraceId,
        };
        session.Spans?.Accepted(message);
        session.Events.Committed(message);
        return session.ReplyQueued(transaction.Id);
    }
}
