using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Delivery.Attempts;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>The one loop that takes messages out of the store, new ones and due ones, while there is room, and gives them to their destinations.</summary>
internal sealed class IntakeLoop : IDisposable
{
    private const int DueMax = 64;
    private const int OpeningMax = 16;
    private const int ShareOfBytes = 8;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly IMessageStore _store;
    private readonly IDeliverySnapshotSource _snapshots;
    private readonly LaneTable _lanes;
    private readonly BatchMaker _batches;
    private readonly LaneScheduler _scheduler;
    private readonly AttemptRunner _runner;
    private readonly ActiveSet _active;
    private readonly Signal _signal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _ticker;
    private readonly MessageId[] _due = new MessageId[DueMax];
    private Task<bool>? _arrivals;
    private long _swept;
    private volatile bool _stopping;

    public IntakeLoop(
        IMessageStore store, IDeliverySnapshotSource snapshots, LaneTable lanes, LaneScheduler scheduler, AttemptRunner runner, ActiveSet active, Signal signal, TimeProvider time, ILogger logger)
    {
        _store = store;
        _snapshots = snapshots;
        _lanes = lanes;
        _batches = new BatchMaker(lanes);
        _scheduler = scheduler;
        _runner = runner;
        _active = active;
        _signal = signal;
        _time = time;
        _logger = logger;
        _swept = time.GetTimestamp();
        _ticker = time.CreateTimer(static state => ((Signal)state!).Set(), signal, Tick, Tick);
    }

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping)
        {
            _signal.Reset();
            Task next = _signal.Next;
            try
            {
                _scheduler.ConcurrencyMax = _snapshots.Current.Options.RemoteConcurrencyMax;
                Housekeep();
                if (TakeArrivals() | TakeDue()) continue;
            }
            catch (Exception error)
            {
                // A store that has failed says so again at the next look; delivery must not end for it.
                DeliveryLog.IntakeFailed(_logger, error);
            }

            if (_stopping) return;
            await (Arrivals() is { } arrivals ? Task.WhenAny(next, arrivals) : next);
        }
    }

    /// <summary>Ends the loop.</summary>
    public void Stop()
    {
        _stopping = true;
        _signal.Set();
    }

    /// <inheritdoc />
    public void Dispose() => _ticker.Dispose();

    private bool HasRoom => !_stopping && _active.HasRoom(_snapshots.Current.Options, OpeningMax);

    private bool TakeArrivals()
    {
        bool any = false;
        while (HasRoom && _store.Arrivals.TryRead(out MessageId id))
        {
            Begin(id);
            any = true;
        }

        return any;
    }

    private bool TakeDue()
    {
        if (!HasRoom) return false;
        int found = _store.TakeDue(_time.GetUtcNow(), _due);
        // What was found is marked as found, so all of it is begun, also beyond the limit.
        for (int i = 0; i < found; i++) Begin(_due[i]);
        return found > 0;
    }

    /// <summary>Completes when there is a new message; <c>null</c> when that is not to be waited for: there is no room (the signal tells when there is), or the store is closed.</summary>
    private Task<bool>? Arrivals()
    {
        if (!HasRoom) return null;
        if (_arrivals is null || _arrivals is { IsCompletedSuccessfully: true, Result: true }) _arrivals = _store.Arrivals.WaitToReadAsync().AsTask();
        return _arrivals is { IsCompletedSuccessfully: true, Result: false } or { IsFaulted: true } ? null : _arrivals;
    }

    private void Begin(MessageId id)
    {
        _active.BeginOpening();
        // A message in memory is there at once; one that must be read from disk does not keep the others waiting.
        ValueTask opening = OpenAsync(id);
        if (!opening.IsCompletedSuccessfully) _ = opening.AsTask();
    }

    private async ValueTask OpenAsync(MessageId id)
    {
        MessageAttempt? attempt = null;
        try
        {
            if (await _store.OpenAsync(id, CancellationToken.None) is { } message) attempt = new MessageAttempt(message, _snapshots.Current, _time.GetUtcNow());
        }
        catch (Exception error)
        {
            DeliveryLog.OpenFailed(_logger, error, id.ToString());
        }

        _active.EndOpening(attempt);
        if (attempt is null) return;
        try
        {
            await DispatchAsync(attempt);
        }
        catch (Exception error)
        {
            DeliveryLog.OpenFailed(_logger, error, id.ToString());
            _runner.Abandon(attempt);
        }
    }

    private async ValueTask DispatchAsync(MessageAttempt attempt)
    {
        DeliveryBatch[] batches = _batches.Make(attempt);
        if (batches.Length == 0)
        {
            await _runner.CloseAsync(attempt);
            return;
        }

        foreach (DeliveryBatch batch in batches)
        {
            if (IsBacklogged(batch.Lane, attempt.Snapshot.Options)) await _runner.PostponeAsync(batch);
            else if (!_scheduler.Enqueue(batch)) _runner.Abandon(attempt);
        }
    }

    /// <summary>A destination may fill half of the room; beyond that it must leave the rest to others, or one slow host would hold up all mail.</summary>
    private bool IsBacklogged(Lane lane, DeliveryOptions options) =>
        _active.IsScarce(options) && _scheduler.IsBacklogged(lane, options.DestinationBacklogMax, options.ActiveBytesMax / ShareOfBytes);

    private void Housekeep()
    {
        if (_time.GetElapsedTime(_swept) < Tick) return;
        _swept = _time.GetTimestamp();
        _scheduler.Fill();
        _lanes.Sweep(_scheduler, _snapshots.Current.Options.IdleConnectionTime);
    }
}
