using System.Collections.Concurrent;
using System.Text.Json;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Explain;

/// <summary>
/// Writes what happened in sessions to a ring of files. Sessions hand over batches of references; text is made of them on the writer's thread.
/// What does not fit in the queue is dropped and counted.
/// </summary>
internal sealed class ExplainLogWriter : QueuedWriter<ExplainBatch>, IExplainLog
{
    private const int PooledMax = 1024;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);

    private readonly LineFiles _files;
    private readonly ExplainMetrics _metrics;
    private readonly ConcurrentQueue<ExplainBatch> _pool = new();
    private readonly Utf8JsonWriter _json;
    private int _pooled;

    /// <summary>Starts the writer.</summary>
    /// <param name="files">Where lines go; owned.</param>
    /// <param name="queueMax">Batches that may wait.</param>
    /// <param name="metrics">The metrics.</param>
    public ExplainLogWriter(LineFiles files, int queueMax, IMetrics metrics)
        : base("explain log", queueMax, Gather, ExpiryInterval)
    {
        _files = files;
        _metrics = new ExplainMetrics(metrics);
        _json = new Utf8JsonWriter(Buffer, ExplainJson.Options);
        Start();
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
        if (!TryEnqueue(batch))
        {
            Drop(batch);
            Recycle(batch);
        }
    }

    /// <inheritdoc />
    protected override void Append(ExplainBatch item)
    {
        _json.Reset(Buffer);
        ExplainJson.Write(_json, item);
        _json.Flush();
        Recycle(item);
    }

    /// <inheritdoc />
    protected override void Drop(ExplainBatch item) => _metrics.Dropped.Add();

    /// <inheritdoc />
    protected override void Flush(ReadOnlySpan<byte> bytes, int lines)
    {
        try
        {
            _files.Append(bytes);
            _metrics.Lines.Add(lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk costs explanations, never mail; the next batch tries again.
            _metrics.Dropped.Add(lines);
        }
    }

    /// <inheritdoc />
    protected override void OnIdle()
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

    /// <inheritdoc />
    protected override void Close()
    {
        _files.Dispose();
        _json.Dispose();
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
