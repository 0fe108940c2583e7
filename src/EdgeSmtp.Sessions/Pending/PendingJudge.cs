using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Pipeline.Composition;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>Asks the filters that owe a verdict about one message, and does what they say: deliver, change, or quarantine; never refuse and never bounce (§8.19 of the design).</summary>
/// <param name="services">What the messages of the lane share.</param>
/// <param name="message">Taken out of the lane; not owned.</param>
internal sealed class PendingJudge(PendingServices services, QueuedMessage message) : IDisposable
{
    private readonly Envelope _envelope = message.Envelope;
    private readonly RecipientVerdicts _verdicts = new();
    private StagedMessage? _staged;

    private TimeSpan Age => services.Time.GetUtcNow() - _envelope.Received;

    /// <summary>Asks and settles. When nobody waits any more, nothing is settled and the message is as it was.</summary>
    /// <param name="stopping">Gives up.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        bool isLast = Age >= services.Options.GiveUpAfter;
        if (_envelope.Origin is not { } origin || !TryStage(origin))
        {
            await PutOffAsync("no room in staging memory");
            return;
        }

        (SessionSnapshot snapshot, FilterRun filters) = Begin(origin, stopping);
        await using (filters)
        {
            StoredTransaction transaction = new((StoredSession)filters.Session, _envelope, origin, _staged!);
            foreach (Recipient recipient in transaction.Recipients)
            {
                // A profile that a reload took away is no reason to keep mail: the filter itself is still there.
                if (((StoredRecipient)recipient).Stored.Origin is { Profile: { Length: > 0 } profile } && snapshot.Pipeline.Profiles.Contains(profile))
                {
                    filters.SetProfile(recipient, profile);
                }
            }

            IReadOnlyList<string> owed = await filters.ResumeAsync(transaction, _envelope.Owed, mayPostpone: !isLast, _verdicts);
            if (!stopping.IsCancellationRequested)
            {
                await SettleAsync(filters, transaction, owed, isLast);
            }

            filters.Trace?.Flush();
        }
    }

    /// <summary>Has the filters asked again later.</summary>
    /// <param name="status">Why, for people.</param>
    public async Task PutOffAsync(string status)
    {
        services.Meters.Later.Add();
        await services.Store.SettleAsync(message, new Settlement { NextAttempt = NextAttempt(), LastStatus = $"waits for {string.Join(", ", _envelope.Owed)}: {status}" });
    }

    /// <inheritdoc />
    public void Dispose() => _staged?.Dispose();

    /// <summary>Doubles each time; the last try is not later than the age that ends it.</summary>
    private DateTimeOffset NextAttempt()
    {
        PendingOptions options = services.Options;
        double factor = Math.Pow(2, Math.Min(message.Attempts, 30));
        TimeSpan delay = TimeSpan.FromSeconds(Math.Min(options.RetryFirst.TotalSeconds * factor, options.RetryMax.TotalSeconds));
        DateTimeOffset now = services.Time.GetUtcNow();
        DateTimeOffset end = _envelope.Received + options.GiveUpAfter;
        return now < end && now + delay > end ? end : now + delay;
    }

    private bool TryStage(MessageOrigin origin)
    {
        ReadOnlySequence<byte> content = message.Content;
        _staged = services.Sessions.Staging.TryBegin(content.Length);
        if (_staged is null)
        {
            return false;
        }

        long trace = Math.Min(origin.TraceLength, content.Length);
        _staged.SetTrace(content.Slice(0, trace).ToArray());
        foreach (ReadOnlyMemory<byte> piece in content.Slice(trace))
        {
            if (!_staged.TryAppend(piece.Span))
            {
                return false;
            }
        }

        _staged.Seal();
        return true;
    }

    private (SessionSnapshot Snapshot, FilterRun Filters) Begin(MessageOrigin origin, CancellationToken stopping)
    {
        while (true)
        {
            // Between reading one and beginning, a reload may have replaced it; the next one is there by then.
            SessionSnapshot snapshot = services.Sessions.Snapshots.Current;
            if (snapshot.Pipeline.TryBegin(new StoredSession(_envelope, origin, snapshot.Domains, stopping), RejectAt.Recipient, out FilterRun? filters))
            {
                return (snapshot, filters);
            }
        }
    }

    private async Task SettleAsync(FilterRun filters, StoredTransaction transaction, IReadOnlyList<string> owed, bool isLast)
    {
        PendingVerdicts judged = PendingVerdicts.Of(_envelope, _verdicts, filters, isOpen: owed.Count > 0, services.Options.OnGiveUp);
        if (judged.IsOpen && !isLast)
        {
            await PutOffAsync(owed.Count > 0 ? $"{string.Join(", ", owed)} not ready" : judged.Status!);
            return;
        }

        if (judged.IsOpen)
        {
            PendingLog.GaveUp(services.Logger, string.Join(", ", _envelope.Owed), message.Id.ToString(), Age, services.Options.OnGiveUp);
        }

        IReadOnlyList<DeliveryGroup> groups = await filters.ComposeAsync(transaction, judged.Composed);
        if (judged.Composed is { Count: > 0 } composed && composed[0].Kind >= VerdictKind.Defer)
        {
            await PutOffAsync("it could not be sealed");
            return;
        }

        if (IsAsItWas(groups, transaction, judged))
        {
            await services.Store.SettleAsync(message, new Settlement { Lane = MessageLane.Delivery, NextAttempt = services.Time.GetUtcNow(), Durable = true });
            End(services.Meters.Delivered, "delivered");
            return;
        }

        await ReplaceAsync(filters, Submissions(groups, transaction, judged), judged);
    }

    /// <summary>Most of them: then a record of some bytes lets it go on, and its content is not written again.</summary>
    private bool IsAsItWas(IReadOnlyList<DeliveryGroup> groups, StoredTransaction transaction, PendingVerdicts judged) =>
        groups is [{ Quarantined: false, IsUnchanged: true, Added.Count: 0 } only]
        && only.Recipients.Count == _envelope.Recipients.Count
        && only.ReversePath.Equals(_envelope.ReversePath)
        && !judged.IsUnscanned
        && FlagsOf(transaction) == _envelope.Flags;

    private List<Submission> Submissions(IReadOnlyList<DeliveryGroup> groups, StoredTransaction transaction, PendingVerdicts judged)
    {
        List<Submission> submissions = [];
        DateTimeOffset now = services.Time.GetUtcNow();
        EnvelopeFlags flags = FlagsOf(transaction);

        // What is delivered keeps the id that the client was told.
        foreach (DeliveryGroup group in groups.OrderBy(static group => group.Quarantined))
        {
            List<EnvelopeRecipient> recipients = [];
            foreach (Recipient recipient in group.Recipients)
            {
                recipients.Add(((StoredRecipient)recipient).Stored with { Origin = null, Verdict = group.Quarantined ? judged.NoteOf(recipient.Index) : null });
            }

            recipients.AddRange(group.Added);
            bool isMarked = judged.IsUnscanned && !group.Quarantined;
            Envelope envelope = Next(group.Quarantined, recipients, now) with
            {
                ReversePath = group.ReversePath,
                Flags = group.Quarantined || isMarked ? flags | EnvelopeFlags.Suspect : flags,
            };
            submissions.Add(new Submission(
                submissions.Count == 0 ? message.Id : services.Sessions.Ids.Next(), envelope, isMarked ? Mark(group.Content) : group.Content));
        }

        if (submissions.Count == 0)
        {
            // The client was told that it is ours, so it does not just vanish.
            VerdictNote note = new(SessionReasons.NobodyLeft.Token, null, null);
            Envelope envelope = Next(isQuarantined: true, [.. _envelope.Recipients.Select(recipient => recipient with { Origin = null, Verdict = note })], now);
            submissions.Add(new Submission(message.Id, envelope with { Flags = flags | EnvelopeFlags.Suspect }, _staged!.Bytes));
        }

        return submissions;
    }

    private Envelope Next(bool isQuarantined, IReadOnlyList<EnvelopeRecipient> recipients, DateTimeOffset now) => _envelope with
    {
        Recipients = recipients,
        Since = now,
        Lane = isQuarantined ? MessageLane.Quarantine : MessageLane.Delivery,
        Origin = isQuarantined ? _envelope.Origin : null,
        Owed = [],
    };

    private EnvelopeFlags FlagsOf(StoredTransaction transaction) =>
        SessionFacts.TryRead(transaction, KnownFacts.Tagged, out bool isTagged) && isTagged ? _envelope.Flags | EnvelopeFlags.Suspect : _envelope.Flags;

    private ReadOnlySequence<byte> Mark(ReadOnlySequence<byte> content) =>
        ContentSegment.Join(Encoding.ASCII.GetBytes($"X-EdgeSmtp-Unscanned: {string.Join(", ", _envelope.Owed)}\r\n"), content);

    private async Task ReplaceAsync(FilterRun filters, List<Submission> submissions, PendingVerdicts judged)
    {
        StagedMessage? staged = _staged;
        _staged = null;
        bool anyQuarantined = submissions.Exists(static submission => submission.Envelope.Lane == MessageLane.Quarantine);
        CommitResult result = await services.Store.ReplaceAsync(message, new Replacement { Messages = submissions }, staged);
        if (result != CommitResult.Committed)
        {
            await PutOffAsync(result == CommitResult.Full ? "the queue is full" : "the queue has failed");
            return;
        }

        foreach (Submission submission in submissions)
        {
            AsideEvents.Write(services.Events, filters.Trace, submission);
        }

        (CounterHandle meter, string outcome) = anyQuarantined ? (services.Meters.Quarantined, "quarantined")
            : judged.IsUnscanned ? (services.Meters.Unscanned, "unscanned")
            : (services.Meters.Changed, "changed");
        End(meter, outcome);
    }

    private void End(CounterHandle meter, string outcome)
    {
        TimeSpan age = Age;
        meter.Add();
        services.Meters.Wait.Observe(age.TotalSeconds);
        services.Events.Write(services.Events.Begin(EventNames.Judged)
            .Add("session", _envelope.SessionId)
            .Add("id", message.Id.ToString())
            .Add("from", _envelope.ReversePath.Bytes.Span)
            .Add("filters", string.Join(' ', _envelope.Owed))
            .Add("outcome", outcome)
            .Add("attempt", message.Attempts + 1)
            .Add("delay", age));
        services.Due();
    }
}
