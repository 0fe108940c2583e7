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

    private FilterRun Filters => opened.Filters;

    /// <summary>Judges a package and begins its commit.</summary>
    /// <param name="package">The package, read to its end.</param>
    /// <param name="connection">What connect filters said at once; it answers every recipient.</param>
    public async ValueTask<PendingPackage> RunAsync(QmtpPackage package, Verdict connection)
    {
        MailTransaction transaction = package.Transaction;
        transaction.Begin(listener.Services.Ids.Next(), package.ToMailCommand());
        opened.Spans?.BeginTransaction(transaction);
        listener.Metrics.ContentBytes.Add(package.Content.Bytes);
        counts.ContentBytes += package.Content.Bytes;
        QmtpReply[] replies = new QmtpReply[package.Recipients.Count + package.RecipientsDropped];
        replies.AsSpan(package.Recipients.Count).Fill(
            QmtpReply.From(SmtpReplies.TooManyRecipients, listener.Texts.Find(RecipientReasons.Of(RecipientOutcome.TooMany)), ValuesOf(transaction)));
        string id = transaction.Id;
        try
        {
            if (await RefusalOfAsync(package, connection) is { } refusal)
            {
                replies.AsSpan(0, package.Recipients.Count).Fill(refusal);
                return new PendingPackage { Replies = replies, Id = id };
            }

            int[] indexes = await JudgeRecipientsAsync(package, replies);
            if (transaction.Recipients.Count == 0 || (listener.IsQmqp && HasRefusal(replies)))
            {
                return new PendingPackage { Replies = replies, Id = id };
            }

            return await JudgeContentAsync(package, replies, indexes);
        }
        finally
        {
            Filters.EndTransaction(transaction);
            opened.Spans?.EndTransaction();
            transaction.Reset();
        }
    }

    private static bool HasRefusal(QmtpReply[] replies)
    {
        foreach (QmtpReply reply in replies)
        {
            if (!reply.IsOpen)
            {
                return true;
            }
        }

        return false;
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

        events.TransactionRefused(transaction, verdict.Reason!.Code, "filter", package.Content.Bytes, verdict, Filters.DecidedBy);
        return QmtpReply.From(verdict, ValuesOf(transaction));
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
        return QmtpReply.From(verdict, ValuesOf(transaction, path));
    }

    private async ValueTask<PendingPackage> JudgeContentAsync(QmtpPackage package, QmtpReply[] replies, int[] indexes)
    {
        MailTransaction transaction = package.Transaction;
        string id = transaction.Id;
        await opened.Client.SettleClientNameAsync();
        ReadOnlyMemory<byte> trace = _trace.Build(transaction, Filters, opened.Snapshot.Hostname, listener.Services.Time.GetUtcNow());
        transaction.Staged!.SetTrace(trace.Span);
        transaction.Seal();
        await StagedFilters.RunAsync(Filters, transaction, _verdicts);
        Verdict refusal = MixedVerdicts.Reduce(_verdicts, _reduced);
        RecipientVerdicts composed = listener.IsQmqp ? _reduced : _verdicts;
        if (refusal.Kind >= VerdictKind.Defer)
        {
            return Refused(transaction, replies, indexes, package.Content.Bytes, refusal);
        }

        CommittedMessage message = new(
            id, transaction.ReversePath, MailEvents.JoinRecipients(transaction.Recipients), transaction.Recipients.Count, package.Content.Bytes, default, false)
        {
            TraceId = opened.Spans?.TraceId,
        };
        Acceptance acceptance = await _committer.BeginAsync(transaction, composed, package.Found);
        if (acceptance.Refusal.Kind >= VerdictKind.Defer)
        {
            return Refused(transaction, replies, indexes, package.Content.Bytes, acceptance.Refusal);
        }

        FillRefused(transaction, replies, indexes, composed);
        message = message with { IsDiscarded = acceptance.IsDiscarded, FurtherIds = acceptance.FurtherIds };
        opened.Spans?.Accepted(message);
        return new PendingPackage
        {
            Replies = replies,
            Id = id,
            Commit = acceptance.Result.AsTask(),
            Began = acceptance.Began,
            Span = Filters.Span,
            Message = message,
        };
    }

    private PendingPackage Refused(MailTransaction transaction, QmtpReply[] replies, int[] indexes, long sizeBytes, Verdict refusal)
    {
        listener.Metrics.Transaction(refusal.Reason!.Code >= 500 ? TransactionOutcome.Rejected : TransactionOutcome.Deferred).Add();
        events.TransactionRefused(transaction, refusal.Reason.Code, "filter", sizeBytes, refusal, MixedVerdicts.DeciderOf(Filters, _verdicts));
        for (int i = 0; i < indexes.Length; i++)
        {
            if (indexes[i] >= 0)
            {
                Verdict own = _verdicts[indexes[i]];
                replies[i] = QmtpReply.From(own.Kind >= VerdictKind.Defer ? own : refusal, ValuesOf(transaction, transaction.Recipients[indexes[i]].ForwardPath));
            }
        }

        return new PendingPackage { Replies = replies, Id = transaction.Id };
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
            replies[i] = QmtpReply.From(verdict, ValuesOf(transaction, path));
            if (indexes[i] > last)
            {
                // A recipient that was named twice is refused once.
                last = indexes[i];
                events.RecipientRefused(transaction, path, verdict.Reason!.Code, "filter", verdict, Filters.DeciderOf(last));
            }
        }
    }
}
