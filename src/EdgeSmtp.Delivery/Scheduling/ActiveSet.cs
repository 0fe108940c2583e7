using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Delivery.Attempts;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>Messages taken out of the store, counted, so that only so many are in memory. Thread-safe.</summary>
internal sealed class ActiveSet
{
    private readonly Lock _gate = new();
    private readonly HashSet<MessageAttempt> _attempts = [];
    private readonly Signal _room;
    private int _opening;
    private long _bytes;
    private bool _full;
    private TaskCompletionSource? _empty;

    public ActiveSet(Signal room, IMetrics metrics)
    {
        _room = room;
        GaugeHandle messages = metrics.Gauge(DeliveryMetrics.ActiveMessages);
        GaugeHandle bytes = metrics.Gauge(DeliveryMetrics.ActiveBytes);
        metrics.OnScrape(() =>
        {
            lock (_gate)
            {
                messages.Set(_attempts.Count);
                bytes.Set(_bytes);
            }
        });
    }

    /// <summary>Whether another message may be taken out. A refusal is followed by a signal as soon as there is room.</summary>
    public bool HasRoom(DeliveryOptions options, int openingMax)
    {
        lock (_gate)
        {
            int count = _attempts.Count + _opening;
            bool room = count < options.ActiveMessagesMax && (_bytes < options.ActiveBytesMax || count == 0) && _opening < openingMax;
            _full |= !room;
            return room;
        }
    }

    /// <summary>Whether more than half of the room is taken: from here on no destination may have much waiting.</summary>
    public bool IsScarce(DeliveryOptions options)
    {
        lock (_gate) return _attempts.Count > options.ActiveMessagesMax / 2 || _bytes > options.ActiveBytesMax / 2;
    }

    /// <summary>A message is about to be taken out.</summary>
    public void BeginOpening()
    {
        lock (_gate) _opening++;
    }

    /// <summary>It was taken out, or not.</summary>
    public void EndOpening(MessageAttempt? attempt)
    {
        lock (_gate)
        {
            _opening--;
            if (attempt is not null && _attempts.Add(attempt)) _bytes += attempt.Bytes;
            Tell();
        }
    }

    /// <summary>It went back.</summary>
    public void Remove(MessageAttempt attempt)
    {
        lock (_gate)
        {
            if (_attempts.Remove(attempt)) _bytes -= attempt.Bytes;
            Tell();
        }
    }

    /// <summary>Completes when nothing is taken out any more.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            if (_attempts.Count + _opening == 0) return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>All that is taken out now.</summary>
    public MessageAttempt[] ToArray()
    {
        lock (_gate) return [.. _attempts];
    }

    private void Tell()
    {
        if (_full)
        {
            _full = false;
            _room.Set();
        }

        if (_attempts.Count + _opening == 0) _empty?.TrySetResult();
    }
}
