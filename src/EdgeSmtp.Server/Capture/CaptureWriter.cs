using System.Text.Json;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Capture;

/// <summary>Writes sessions and DNS answers as lines of JSON. What does not fit in the queue is dropped and counted; removes what is too old, also while nothing is recorded.</summary>
internal sealed class CaptureWriter : QueuedWriter<object>
{
    private const int QueueMax = 16_384;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly LineFiles _files;
    private readonly CaptureMetrics _metrics;
    private readonly Utf8JsonWriter _json;
    private int _sessions;

    /// <summary>Starts the writer.</summary>
    /// <param name="files">Where lines go; owned.</param>
    /// <param name="metrics">Counts.</param>
    public CaptureWriter(LineFiles files, CaptureMetrics metrics)
        : base("capture", QueueMax, Gather, Idle)
    {
        _files = files;
        _metrics = metrics;
        _json = new Utf8JsonWriter(Buffer, ExplainJson.Options);
        Start();
    }

    /// <summary>Takes a <see cref="CapturedSession"/> or a <see cref="CapturedAnswer"/>.</summary>
    public void Write(object item)
    {
        if (!TryEnqueue(item))
        {
            Drop(item);
        }
    }

    /// <inheritdoc />
    protected override void Append(object item)
    {
        _json.Reset(Buffer);
        if (item is CapturedSession session)
        {
            CaptureJson.Write(_json, session);
            _json.Flush();
            _sessions++;
            session.ReleaseContent();
        }
        else
        {
            CaptureJson.Write(_json, (CapturedAnswer)item);
            _json.Flush();
        }
    }

    /// <inheritdoc />
    protected override void Drop(object item)
    {
        _metrics.Dropped.Add();
        (item as CapturedSession)?.ReleaseContent();
    }

    /// <inheritdoc />
    protected override void Flush(ReadOnlySpan<byte> bytes, int lines)
    {
        try
        {
            _files.Append(bytes);
            _metrics.Sessions.Add(_sessions);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk costs records, never mail.
            _metrics.Dropped.Add(lines);
        }

        _sessions = 0;
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
            // It is tried again in a minute.
        }
    }

    /// <inheritdoc />
    protected override void Close()
    {
        _files.Dispose();
        _json.Dispose();
    }
}
