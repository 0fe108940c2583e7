using System.Buffers;
using System.Collections.Concurrent;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Explain;

namespace EdgeSmtp.Server.Events;

/// <summary>
/// The event log. Sessions hand over finished entries and go on; one thread of our own, not of the pool, gathers them for a few milliseconds and writes them with
/// one call for each output. What does not fit in the queue is dropped and counted.
/// </summary>
internal sealed class EventLogWriter : IEventLog, IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly int _queueMax;
    private readonly IReadOnlyList<IEventOutput> _outputs;
    private readonly EventLogMetrics _metrics;
    private readonly ConcurrentQueue<EventEntry> _queue = new();
    private readonly ConcurrentQueue<EventEntry> _pool = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private int _waiting;
    private int _asleep;
    private volatile bool _reopen;

    /// <summary>Starts the writer.</summary>
    /// <param name="outputs">Where lines go; owned.</param>
    /// <param name="queueMax">Lines that may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The metrics.</param>
    public EventLogWriter(IReadOnlyList<IEventOutput> outputs, int queueMax, TimeProvider time, IMetrics metrics)
    {
        _outputs = outputs;
        _queueMax = queueMax;
        _time = time;
        _metrics = new EventLogMetrics(metrics);
        _thread = new Thread(Run) { Name = "event log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The writer of what happens inside of sessions; <c>null</c> for none. Owned.</summary>
    public ExplainLogWriter? Explained { get; init; }

    /// <inheritdoc />
    public IExplainLog? Explain => Explained;

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
        if (Interlocked.Increment(ref _waiting) > _queueMax || _stop.IsSet)
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.Dropped.Add();
            Recycle(entry);
            return;
        }

        _queue.Enqueue(entry);
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }
    }

    /// <summary>Opens files anew before the next write: after an outside tool has moved them.</summary>
    public void Reopen() => _reopen = true;

    /// <summary>Writes what waits, at most 5 s, and closes the outputs.</summary>
    public void Dispose()
    {
        if (_stop.IsSet)
        {
            return;
        }

        Explained?.Dispose();
        _stop.Set();
        _wake.Set();
        if (_thread.Join(StopMax))
        {
            _wake.Dispose();
            _stop.Dispose();
        }
    }

    private void Run()
    {
        while (true)
        {
            bool stopping = _stop.IsSet;
            Drain();
            if (stopping)
            {
                break;
            }

            Volatile.Write(ref _asleep, 1);
            Interlocked.MemoryBarrier();
            if (_queue.IsEmpty)
            {
                _wake.WaitOne();
            }

            Volatile.Write(ref _asleep, 0);
            _stop.Wait(Gather);
        }

        foreach (IEventOutput output in _outputs)
        {
            output.Dispose();
        }
    }

    private void Drain()
    {
        while (!_queue.IsEmpty)
        {
            int lines = 0;
            while (_buffer.WrittenCount < BufferBytes / 2 && _queue.TryDequeue(out EventEntry? entry))
            {
                Interlocked.Decrement(ref _waiting);
                _buffer.Write(entry.Line.Span);
                _buffer.Write("\n"u8);
                Recycle(entry);
                lines++;
            }

            Flush(lines);
            _buffer.ResetWrittenCount();
        }
    }

    private void Flush(int lines)
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

                output.Write(_buffer.WrittenSpan);
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

    private void Recycle(EventEntry entry)
    {
        if (_pool.Count < 256)
        {
            _pool.Enqueue(entry);
        }
        else
        {
            entry.Dispose();
        }
    }
}
