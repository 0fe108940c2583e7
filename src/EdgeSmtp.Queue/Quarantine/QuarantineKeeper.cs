using System.Globalization;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue.Quarantine;

/// <summary>Looks after the quarantine: releases, deletes, and keeps its bounds. Messages come there by their commit alone.</summary>
public sealed class QuarantineKeeper : IDisposable
{
    private const int BatchMax = 64;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ILaneStore _store;
    private readonly QuarantineOptions _options;
    private readonly MessageIdGenerator _ids;
    private readonly TimeProvider _time;
    private readonly IEventLog _events;
    private readonly ILogger _logger;
    private readonly Action _due;
    private readonly CounterHandle _released;
    private readonly CounterHandle _deleted;
    private readonly CounterHandle _expired;
    private readonly CounterHandle _crowdedOut;
    private ITimer? _ticker;
    private int _sweeping;

    /// <summary>Creates the keeper; retention begins with <see cref="Start"/>.</summary>
    /// <param name="store">The queue.</param>
    /// <param name="options">Settings.</param>
    /// <param name="ids">Makes the ids of what is released for some recipients only.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Takes the series of <see cref="QuarantineMetrics"/>.</param>
    /// <param name="events">Takes a line for everything that leaves.</param>
    /// <param name="loggers">Makes the logger.</param>
    /// <param name="due">Called when a message has become due for delivery.</param>
    public QuarantineKeeper(
        ILaneStore store, QuarantineOptions options, MessageIdGenerator ids, TimeProvider time, IMetrics metrics, IEventLog events, ILoggerFactory loggers, Action due)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _store = store;
        _options = options;
        _ids = ids;
        _time = time;
        _events = events;
        _logger = loggers.CreateLogger<QuarantineKeeper>();
        _due = due;
        _released = metrics.Counter(QuarantineMetrics.Operated, "released");
        _deleted = metrics.Counter(QuarantineMetrics.Operated, "deleted");
        _expired = metrics.Counter(QuarantineMetrics.Expired, "age");
        _crowdedOut = metrics.Counter(QuarantineMetrics.Expired, "space");
        GaugeHandle messages = metrics.Gauge(QuarantineMetrics.Messages);
        GaugeHandle bytes = metrics.Gauge(QuarantineMetrics.Bytes);
        GaugeHandle oldest = metrics.Gauge(QuarantineMetrics.OldestAge);
        metrics.OnScrape(() =>
        {
            LaneTotals totals = store.TotalsOf(MessageLane.Quarantine);
            messages.Set(totals.Messages);
            bytes.Set(totals.Bytes);
            oldest.Set(totals.Oldest is { } first ? Math.Max((time.GetUtcNow() - first).TotalSeconds, 0) : 0);
        });
    }

    /// <summary>Begins to keep the bounds.</summary>
    public void Start() => _ticker = _time.CreateTimer(static keeper => _ = ((QuarantineKeeper)keeper!).TrySweepAsync(), this, Tick, Tick);

    /// <summary>Deletes what has been here too long, then what is too much, oldest first.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task SweepAsync()
    {
        MessageId[] found = new MessageId[BatchMax];
        int expired = 0;
        for (int count; (count = _store.TakeDue(MessageLane.Quarantine, _time.GetUtcNow() - _options.AgeMax, found)) > 0;)
        {
            expired += await DeleteAsync(found.AsMemory(0, count), "age", _expired);
        }

        int crowdedOut = 0;
        while (TakeSurplus(found) is > 0 and var count)
        {
            crowdedOut += await DeleteAsync(found.AsMemory(0, count), "space", _crowdedOut);
        }

        if (expired > 0)
        {
            QuarantineLog.Expired(_logger, expired);
        }

        if (crowdedOut > 0)
        {
            QuarantineLog.NoRoom(_logger, crowdedOut);
        }
    }

    /// <summary>Lets a message be delivered, unchanged, to the recipients that do not have it yet, or to some of them; the others stay in quarantine.</summary>
    /// <param name="id">The message.</param>
    /// <param name="to">Recipients as the envelope has them, in any case; <c>null</c> for all.</param>
    /// <param name="cancellationToken">Gives up before anything is done.</param>
    public async ValueTask<ReleaseOutcome> ReleaseAsync(MessageId id, IReadOnlyCollection<string>? to, CancellationToken cancellationToken)
    {
        using QueuedMessage? message = await _store.OpenAsync(MessageLane.Quarantine, id, cancellationToken);
        if (message is null)
        {
            return ReleaseOutcome.NotThere;
        }

        Envelope envelope = message.Envelope;
        int[] left = [.. Enumerable.Range(0, envelope.Recipients.Count).Where(i => !message.IsDone(i))];
        int[] chosen = to is null ? left : [.. left.Where(i => to.Contains(envelope.Recipients[i].ForwardPath.ToString(), StringComparer.OrdinalIgnoreCase))];
        if (chosen.Length == 0)
        {
            return ReleaseOutcome.NoSuchRecipient;
        }

        bool isWhole = chosen.Length == left.Length;
        Envelope released = envelope with
        {
            Recipients = [.. chosen.Select(i => envelope.Recipients[i] with { Verdict = null })],
            Since = _time.GetUtcNow(),
            Lane = MessageLane.Delivery,
            Origin = null,
        };
        Submission submission = new(isWhole ? id : _ids.Next(), released, message.Content);
        CommitResult result = await _store.ReplaceAsync(message, new Replacement { Messages = [submission], Done = chosen }, staged: null);
        if (result != CommitResult.Committed)
        {
            return result == CommitResult.Full ? ReleaseOutcome.Full : ReleaseOutcome.Failed;
        }

        _released.Add();
        foreach (int recipient in chosen)
        {
            _events.Write(Begin(EventNames.Released, id, envelope).Add("queued", submission.Id.ToString()).Add("to", envelope.Recipients[recipient].ForwardPath.Bytes.Span));
        }

        _due();
        return ReleaseOutcome.Released;
    }

    /// <summary>Deletes a message for good.</summary>
    /// <param name="id">The message.</param>
    /// <param name="cancellationToken">Gives up before anything is done.</param>
    /// <returns><c>false</c> when it is not in quarantine, or somebody has it in hand.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public async ValueTask<bool> DeleteAsync(MessageId id, CancellationToken cancellationToken)
    {
        if (_store.Find(id) is not { Lane: MessageLane.Quarantine })
        {
            return false;
        }

        Envelope? envelope = await _store.ReadEnvelopeAsync(id, cancellationToken);
        if (!await _store.ApplyAsync(id, OperatorAction.Remove))
        {
            return false;
        }

        _deleted.Add();
        _events.Write(Begin(EventNames.Deleted, id, envelope));
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _ticker?.Dispose();

    private async Task TrySweepAsync()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
        {
            return;
        }

        try
        {
            await SweepAsync();
        }
        catch (Exception error)
        {
            QuarantineLog.SweepFailed(_logger, error);
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }

    /// <summary>Takes the oldest of what is beyond the bounds.</summary>
    private int TakeSurplus(MessageId[] found)
    {
        LaneTotals totals = _store.TotalsOf(MessageLane.Quarantine);
        long messages = totals.Messages;
        long bytes = totals.Bytes;
        int count = 0;
        while (count < found.Length
            && (messages > _options.MessagesMax || bytes > _options.BytesMax)
            && _store.TakeDue(MessageLane.Quarantine, DateTimeOffset.MaxValue, found.AsSpan(count, 1)) > 0)
        {
            messages--;
            bytes -= _store.Find(found[count])?.SizeBytes ?? 0;
            count++;
        }

        return count;
    }

    /// <summary>Deletes several with as few syncs as the queue can.</summary>
    private async Task<int> DeleteAsync(ReadOnlyMemory<MessageId> ids, string cause, CounterHandle counter)
    {
        Envelope?[] envelopes = new Envelope?[ids.Length];
        Task<bool>[] removals = new Task<bool>[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            envelopes[i] = await _store.ReadEnvelopeAsync(ids.Span[i], CancellationToken.None);
        }

        for (int i = 0; i < ids.Length; i++)
        {
            removals[i] = _store.ApplyAsync(ids.Span[i], OperatorAction.Remove).AsTask();
        }

        int deleted = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if (await removals[i])
            {
                deleted++;
                counter.Add();
                _events.Write(Begin(EventNames.Expired, ids.Span[i], envelopes[i]).Add("cause", cause));
            }
        }

        return deleted;
    }

    private EventEntry Begin(string name, MessageId id, Envelope? envelope)
    {
        EventEntry entry = _events.Begin(name).Add("id", id.ToString());
        return envelope is null
            ? entry
            : entry.Add("session", envelope.SessionId).Add("transaction", envelope.Origin?.Transaction).Add("from", envelope.ReversePath.Bytes.Span)
                .Add("reason", envelope.Recipients[0].Verdict?.Reason).Add("received", envelope.Received.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }
}
