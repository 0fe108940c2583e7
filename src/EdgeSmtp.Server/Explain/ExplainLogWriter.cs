using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Explain;

/// <summary>
/// Writes what happened in sessions to a ring of files. Sessions hand over batches of references and go on; one thread of our own makes text of them and writes it.
/// What does not fit in the queue is dropped and counted.
/// </summary>
internal sealed class ExplainLogWriter : IExplainLog, IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int PooledMax = 1024;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(5);

    private readonly int _queueMax;
    private readonly ExplainFiles _files;
    private readonly ExplainMetrics _metrics;
    private readonly ConcurrentQueue<ExplainBatch> _queue = new();
    private readonly ConcurrentQueue<ExplainBatch> _pool = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);
    private readonly Utf8JsonWriter _json;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private int _waiting;
    private int _pooled;
    private int _asleep;

    /// <summary>Starts the writer.</summary>
    /// <param name="files">Where lines go; owned.</param>
    /// <param name="queueMax">Batches that may wait.</param>
    /// <param name="metrics">The metrics.</param>
    public ExplainLogWriter(ExplainFiles files, int queueMax, IMetrics metrics)
    {
        _files = files;
        _queueMax = queueMax;
        _metrics = new ExplainMetrics(metrics);
        _json = new Utf8JsonWriter(_buffer, ExplainJson.Options);
        _thread = new Thread(Run) { Name = "explain log", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc />
    public ExplainBatch Rent()
    {
        if (!_pool.TryDequeue(out ExplainBatch? batch))
        {
            return new ExplainBatch();
        }

        Interlocked.Decrement(ref _pooled);
        return batch;
    }

    /// <inheritdoc />
    public void Write(ExplainBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Interlocked.Increment(ref _waiting) > _queueMax || _stop.IsSet)
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.Dropped.Add();
            Recycle(batch);
            return;
        }

        _queue.Enqueue(batch);
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }
    }

    /// <summary>Writes what waits, at most 5 s, and closes the files.</summary>
    public void Dispose()
    {
        if (_stop.IsSet)
        {
            return;
        }

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
            if (_queue.IsEmpty && !_wake.WaitOne(ExpiryInterval))
            {
                Expire();
            }

            Volatile.Write(ref _asleep, 0);
            _stop.Wait(Gather);
        }

        _files.Dispose();
        _json.Dispose();
    }

    private void Drain()
    {
        while (!_queue.IsEmpty)
        {
            int lines = 0;
            while (_buffer.WrittenCount < BufferBytes / 2 && _queue.TryDequeue(out ExplainBatch? batch))
            {
                Interlocked.Decrement(ref _waiting);
                _json.Reset(_buffer);
                ExplainJson.Write(_json, batch);
                _json.Flush();
                _buffer.Write("\n"u8);
                Recycle(batch);
                lines++;
            }

            Flush(lines);
            _buffer.ResetWrittenCount();
        }
    }

    private void Flush(int lines)
    {
        try
        {
            _files.Append(_buffer.WrittenSpan);
            _metrics.Lines.Add(lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk costs explanations, never mail; the next batch tries again.
            _metrics.Dropped.Add(lines);
        }
    }

    private void Expire()
    {
        try
        {
            _files.Expire();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is tried again at the next file.
        }
    }

    private void Recycle(ExplainBatch batch)
    {
        batch.Reset();
        if (Interlocked.Increment(ref _pooled) <= PooledMax)
        {
            _pool.Enqueue(batch);
        }
        else
        {
            Interlocked.Decrement(ref _pooled);
        }
    }
}
