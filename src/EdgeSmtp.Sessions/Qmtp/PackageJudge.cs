using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>Runs a complete package through everything that an SMTP transaction passes: MAIL, RCPT for each recipient, body sinks, message filters, commit.</summary>
internal sealed class PackageJudge(QmtpListener listener, OpenedSession opened, MailEvents events, SessionCounts counts)
{
    private readonly RecipientJudge _recipients = new(opened.Snapshot, opened.Filters, new RecipientControl(opened.Snapshot, opened.Client, listener.Logger));
    private readonly MessageCommitter _committer = new(listener.Services, opened.Client, opened.Filters);
    private readonly TraceFields _trace = new();
    private readonly RecipientVerdicts _verdicts = new();
    private readonly RecipientVerdicts _reduced = new();

    /// <summary>Whether a filter said of a package that the session is to end. Its replies are still sent.</summary>
    public bool HasDisconnected { get; private set; }

    private FilterRun Filters => opened.Filters;

    /// <summary>Judges a package and begins its commit.</summary>
    /// <param name="package">The package, read to its end.</param>
    /// <param name="connection">What connect filters said at once; it answers every recipient.</param>
    public async ValueTask<PendingPackage> RunAsync(QmtpPackage package, Verdict connection)
    {
        MailTransaction transaction = package.Transaction;
        transaction.Begin(listener.Services.Ids.Next(), package.ToMailCommand());
        opened.Spans?.BeginTransaction(transaction);
        CountBytes(package);
        PendingPackage pending = new()
        {
            Id = transaction.Id,
            Replies = new QmtpReply[package.Recipients.Count],
            RecipientsDropped = package.RecipientsDropped,
            TooMany = QmtpReply.From(SmtpReplies.TooManyRecipients, listener.Texts.Find(RecipientReasons.Of(RecipientOutcome.TooMany)), ValuesOf(transaction)),
        };
        listener.Metrics.Recipient(RecipientOutcome.TooMany).Add(package.RecipientsDropped);
        try
        {
            if (await RefusalOfAsync(package, connection) is { } refusal)
            {
                pending.Replies.AsSpan().Fill(refusal);
                return pending;
            }

            int[] indexes = await JudgeRecipientsAsync(package, pending.Replies);
            if (transaction.Recipients.Count == 0 || (listener.IsQmqp && HasRefusal(pending)))
            {
                CountRefused(QmqpReduction.Reduce(pending).Code);
                return pending;
            }

            await JudgeContentAsync(package, pending, indexes);
            return pending;
        }
        finally
        {
            Filters.EndTransaction(transaction);
            opened.Spans?.EndTransaction();
            transaction.Reset();
        }
    }

    /// <summary>A package ended early: the client left, ran out of time, or broke the protocol.</summary>
    public void Abandon(QmtpPackage package)
    {
        CountBytes(package);
        listener.Metrics.Transaction(TransactionOutcome.Abandoned).Add();
    }

    private void CountBytes(QmtpPackage package)
    {
        listener.Metrics.ContentBytes.Add(package.Content.Bytes);
        counts.ContentBytes += package.Content.Bytes;
    }

    private void CountRefused(int code) => listener.Metrics.Transaction(code >= 500 ? TransactionOutcome.Rejected : TransactionOutcome.Deferred).Add();

    private static bool HasRefusal(PendingPackage pending)
    {
        foreach (QmtpReply reply in pending.Replies)
        {
            if (!reply.IsOpen)
            {
                return true;
            }
        }

        return pending.RecipientsDropped > 0;
    }

    /// <summary>What refuses all recipients alike.</summary>
    private async ValueTask<QmtpReply?> RefusalOfAsync(QmtpPackage package, Verdict connection)
    {
        MailTransaction transaction = package.Transaction;
        if (package.Content.Refusal is { } refusal)
        {
            listener.Metrics.Transaction(package.Content.Outcome).Add();
            string token = MetricLabels.Of(package.Content.Outcome);
            events.TransactionRefused(transaction, refusal.Code, token, package.Content.Bytes);
            return QmtpReply.From(refusal, listener.Texts.Find(token), ValuesOf(transaction));
        }

        Verdict verdict = connection.Kind >= VerdictKind.Defer ? connection : await Filters.MailAsync(transaction);
        if (verdict.Kind < VerdictKind.Defer)
        {
            return null;
        }

        CountRefused(verdict.Reason!.Code);
        events.TransactionRefused(transaction, verdict.Reason.Code, "filter", package.Content.Bytes, verdict, Filters.DecidedBy);
        return ReplyOf(verdict, ValuesOf(transaction));
    }

    /// <returns>For each recipient of the package its index in the transaction, or -1.</returns>
    private async ValueTask<int[]> JudgeRecipientsAsync(QmtpPackage package, QmtpReply[] replies)
    {
        int[] indexes = new int[package.Recipients.Count];
        Dictionary<MailPath, int> accepted = [];
        for (int i = 0; i < indexes.Length; i++)
        {
            MailPath path = package.Recipients[i].Path;
            if (package.Recipients[i].IsMalformed)
            {
                listener.Metrics.Recipient(RecipientOutcome.Syntax).Add();
                indexes[i] = -1;
                replies[i] = QmtpReply.From(SmtpReplies.BadForwardPath, package.Transaction.Id);
            }
            else if (accepted.TryGetValue(path, out int first))
            {
                // It gets the message once and shares the fate of the first.
                listener.Metrics.Recipient(RecipientOutcome.Duplicate).Add();
                indexes[i] = first;
            }
            else
            {
                replies[i] = await JudgeAsync(package.Transaction, path);
                indexes[i] = replies[i].IsOpen ? package.Transaction.Recipients.Count - 1 : -1;
                if (replies[i].IsOpen)
                {
                    accepted.Add(path, indexes[i]);
                }
            }
        }

        return indexes;
    }

    private async ValueTask<QmtpReply> JudgeAsync(MailTransaction transaction, MailPath path)
    {
        (RecipientDecision decision, Verdict verdict) = await _recipients.JudgeAsync(transaction, path);
        if (verdict.Kind >= VerdictKind.Defer)
        {
            return Refused(transaction, path, verdict);
        }

        if (decision.Refusal is { } refusal)
        {
            counts.RecipientsRefused++;
            listener.Metrics.Recipient(decision.Outcome).Add();
            string token = RecipientRefusal.Tell(opened.Client, events, transaction, path, decision);
            return QmtpReply.From(refusal, listener.Texts.Find(token), ValuesOf(transaction, path));
        }

        counts.RecipientsAccepted++;
        listener.Metrics.Recipient(RecipientOutcome.Accepted).Add();
        return default;
    }

    private QmtpReply Refused(MailTransaction transaction, MailPath path, Verdict verdict)
    {
        counts.RecipientsRefused++;
        listener.Metrics.Recipient(RecipientOutcome.Filter).Add();
        RecipientRefusal.Tell(opened.Client, events, transaction, path, verdict, Filters);
        return ReplyOf(verdict, ValuesOf(transaction, path));
    }

    private async ValueTask JudgeContentAsync(QmtpPackage package, PendingPackage pending, int[] indexes)
    {
        MailTransaction transaction = package.Transaction;
        await opened.Client.SettleClientNameAsync();
        ReadOnlyMemory<byte> trace = _trace.Build(transaction, Filters, opened.Snapshot.Hostname, listener.Services.Time.GetUtcNow());
        transaction.Staged!.SetTrace(trace.Span);
        transaction.Seal();
        await StagedFilters.RunAsync(Filters, transaction, _verdicts);
        Verdict refusal = MixedVerdicts.Reduce(_verdicts, _reduced);
        RecipientVerdicts composed = listener.IsQmqp ? _reduced : _verdicts;
        if (refusal.Kind >= VerdictKind.Defer)
        {
            Refuse(transaction, pending.Replies, indexes, package.Content.Bytes, refusal, MixedVerdicts.DeciderOf(Filters, _verdicts));
            return;
        }

        CommittedMessage message = new(
            pending.Id, transaction.ReversePath, MailEvents.JoinRecipients(transaction.Recipients), transaction.Recipients.Count, package.Content.Bytes, default, false)
        {
            TraceId = opened.Spans?.TraceId,
        };
        Acceptance acceptance = await _committer.BeginAsync(transaction, composed, package.Found);
        if (acceptance.Refusal.Kind >= VerdictKind.Defer)
        {
            Refuse(transaction, pending.Replies, indexes, package.Content.Bytes, acceptance.Refusal, filter: null);
            return;
        }

        FillRefused(transaction, pending.Replies, indexes, composed);
        message = message with { IsDiscarded = acceptance.IsDiscarded, FurtherIds = acceptance.FurtherIds };
        opened.Spans?.Accepted(message);
        pending.Commit = acceptance.Result.AsTask();
        pending.Began = acceptance.Began;
        pending.Span = Filters.Span;
        pending.Message = message;
    }

    private void Refuse(MailTransaction transaction, QmtpReply[] replies, int[] indexes, long sizeBytes, Verdict refusal, string? filter)
    {
        CountRefused(refusal.Reason!.Code);
        events.TransactionRefused(transaction, refusal.Reason.Code, "filter", sizeBytes, refusal, filter);
        for (int i = 0; i < indexes.Length; i++)
        {
            if (indexes[i] >= 0)
            {
                Verdict own = _verdicts[indexes[i]];
                replies[i] = ReplyOf(own.Kind >= VerdictKind.Defer ? own : refusal, ValuesOf(transaction, transaction.Recipients[indexes[i]].ForwardPath));
            }
        }
    }

    /// <summary>The reply that a verdict makes; a disconnecting one ends the session, as it does over SMTP.</summary>
    private QmtpReply ReplyOf(Verdict verdict, in ReplyValues values)
    {
        HasDisconnected |= verdict.Kind == VerdictKind.Disconnect;
        return QmtpReply.From(verdict, values);
    }

    /// <summary>What placeholders in a reply stand for.</summary>
    private static ReplyValues ValuesOf(MailTransaction transaction, MailPath? recipient = null) =>
        new(transaction.Id, transaction.Session.Client.Address, transaction.ReversePath, recipient);

    /// <summary>Answers those who refuse what another accepts: QMTP has a reply for each.</summary>
    private void FillRefused(MailTransaction transaction, QmtpReply[] replies, int[] indexes, RecipientVerdicts verdicts)
    {
        int last = -1;
        for (int i = 0; i < indexes.Length; i++)
        {
            if (indexes[i] < 0 || verdicts[indexes[i]].Kind < VerdictKind.Defer)
            {
                continue;
            }

            Verdict verdict = verdicts[indexes[i]];
            MailPath path = transaction.Recipients[indexes[i]].ForwardPath;
            replies[i] = ReplyOf(verdict, ValuesOf(transaction, path));
            if (indexes[i] > last)
            {
                // A recipient that was named twice is refused once.
                last = indexes[i];
                events.RecipientRefused(transaction, path, verdict.Reason!.Code, "filter", verdict, Filters.DeciderOf(last));
            }
        }
    }
}
