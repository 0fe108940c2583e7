using System.Buffers;
using System.Collections.Concurrent;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Explain;

namespace EdgeSmtp.Server.Events;

/// <summary>The event log: finished entries go to each output. What does not fit in the queue is dropped and counted.</summary>
internal sealed class EventLogWriter : QueuedWriter<EventEntry>, IEventLog
{
    private const int PooledMax = 256;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time;
    private readonly IReadOnlyList<IEventOutput> _outputs;
    private readonly EventLogMetrics _metrics;
    private readonly ConcurrentQueue<EventEntry> _pool = new();
    private volatile bool _reopen;

    /// <summary>Starts the writer.</summary>
    /// <param name="outputs">Where lines go; owned.</param>
    /// <param name="queueMax">Lines that may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The metrics.</param>
    public EventLogWriter(IReadOnlyList<IEventOutput> outputs, int queueMax, TimeProvider time, IMetrics metrics)
        : base("event log", queueMax, Gather, Timeout.InfiniteTimeSpan)
    {
        _outputs = outputs;
        _time = time;
        _metrics = new EventLogMetrics(metrics);
        Start();
    }

    /// <summary>The writer of what happens inside of sessions; <c>null</c> for none. Owned.</summary>
    public ExplainLogWriter? Explained { get; init; }

    /// <summary>The recorder of whole sessions; <c>null</c> for none. Owned.</summary>
    public CaptureRecorder? Captured { get; init; }

    /// <inheritdoc />
    public IExplainLog? Explain => Explained;

    /// <inheritdoc />
    public ICaptureLog? Capture => Captured;

    /// <inheritdoc />
    public EventEntry Begin(string name)
    {
        if (!_pool.TryDequeue(out EventEntry? entry))
        {
            entry = new EventEntry();
        }

        entry.Start(_time.GetUtcNow(), name);
        return entry;
    }

    /// <inheritdoc />
    public void Write(EventEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Finish();
        if (!TryEnqueue(entry))
        {
            Drop(entry);
            Recycle(entry);
        }
    }

    /// <summary>Opens files anew before the next write: after an outside tool has moved them.</summary>
    public void Reopen() => _reopen = true;

    /// <inheritdoc />
    public override void Dispose()
    {
        Explained?.Dispose();
        Captured?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override void Append(EventEntry item)
    {
        Buffer.Write(item.Line.Span);
        Recycle(item);
    }

    /// <inheritdoc />
    protected override void Drop(EventEntry item) => _metrics.Dropped.Add();

    /// <inheritdoc />
    protected override void Flush(ReadOnlySpan<byte> bytes, int lines)
    {
        bool taken = false;
        bool reopen = _reopen;
        _reopen = false;
        foreach (IEventOutput output in _outputs)
        {
            try
            {
                if (reopen)
                {
                    output.Reopen();
                }

                output.Write(bytes);
                taken = true;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // A full disk or a closed pipe costs log lines, never mail; the next batch tries again.
                _metrics.Failures.Add();
            }
        }

        (taken || _outputs.Count == 0 ? _metrics.Lines : _metrics.Dropped).Add(lines);
    }

    /// <inheritdoc />
    protected override void Close()
    {
        foreach (IEventOutput output in _outputs)
        {
            output.Dispose();
        }
    }

    private void Recycle(EventEntry entry)
    {
        if (_pool.Count < PooledMax)
        {
            _pool.Enqueue(entry);
        }
        else
        {
            entry.Dispose();
        }
    }
}
