using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>Bounds the pending lane: what lies in the queue, and what sessions are about to put there.</summary>
/// <param name="options">Settings.</param>
/// <param name="metrics">Takes the series.</param>
public sealed class PendingRoom(PendingOptions options, IMetrics metrics) : IPendingRoom
{
    private readonly Lock _lock = new();
    private readonly CounterHandle _refused = metrics.Counter(PendingMetrics.Refused);
    private ILaneStore? _store;
    private int _messages;
    private long _bytes;

    /// <summary>Set when there may be a message to be asked about.</summary>
    public Signal Arrived { get; } = new();

    /// <summary>Names the queue; before, nothing may wait.</summary>
    /// <param name="store">The queue.</param>
    public void Attach(ILaneStore store) => _store = store;

    /// <inheritdoc />
    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_store is { } store && store.TotalsOf(MessageLane.Pending) is var waiting
                && waiting.Messages + _messages < options.MessagesMax
                && bytes <= options.BytesMax - waiting.Bytes - _bytes)
            {
                _messages++;
                _bytes += bytes;
                return true;
            }
        }

        _refused.Add();
        return false;
    }

    /// <inheritdoc />
    public void Release(long bytes)
    {
        lock (_lock)
        {
            _messages--;
            _bytes -= bytes;
        }

        Arrived.Set();
    }
}
