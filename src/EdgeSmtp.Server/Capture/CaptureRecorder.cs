using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Server.Events;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Server.Capture;

/// <summary>
/// Records sessions for <c>edgesmtp replay</c> while the operator wants it: in the folder <c>capture</c> of the data directory, readable by the server's user alone. Off until started.
/// </summary>
internal sealed class CaptureRecorder : ICaptureLog, IDisposable
{
    private const string SettingsFile = "settings.json";
    private const int AnswersMax = 65_536;

    /// <summary>Bytes of content that sessions hold until they are written; less on a host with little memory.</summary>
    private const long ContentBytesMax = 64L << 20;

    /// <summary>Time in which an answer out of the cache is not recorded again: the oldest records lack at most this much when older files go.</summary>
    private static readonly TimeSpan AnswerKnown = TimeSpan.FromMinutes(10);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly CaptureMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly BoundedTtlTable<(string Name, DnsRecordType Type), DnsAnswer> _answers;
    private volatile Recording? _recording;
    private CaptureWriter? _writer;

    /// <summary>Goes on with what was being recorded when the server stopped.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The metrics.</param>
    public CaptureRecorder(string folder, TimeProvider time, IMetrics metrics)
    {
        _folder = folder;
        _time = time;
        _metrics = new CaptureMetrics(metrics);
        _answers = new BoundedTtlTable<(string Name, DnsRecordType Type), DnsAnswer>(AnswersMax, time);
        if (ReadSettings() is { } settings)
        {
            Begin(settings);
        }
    }

    /// <summary>Whether sessions that begin now may be recorded.</summary>
    public bool IsRecording => _recording is { } recording && _time.GetUtcNow() < recording.Settings.Until;

    /// <summary>What is recorded; <c>null</c> when nothing is.</summary>
    public CaptureSettings? Settings => IsRecording ? _recording?.Settings : null;

    /// <summary>Begins to record, or goes on otherwise.</summary>
    /// <param name="settings">What is recorded.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Start(CaptureSettings settings)
    {
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllBytes(Path.Combine(_folder, SettingsFile), JsonSerializer.SerializeToUtf8Bytes(settings));
        Begin(settings);
    }

    /// <summary>Ends recording. What was recorded stays until it is too old, or deleted.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_recording is { } recording && ReadSettings() is not null)
            {
                File.WriteAllBytes(Path.Combine(_folder, SettingsFile), JsonSerializer.SerializeToUtf8Bytes(recording.Settings with { Until = _time.GetUtcNow() }));
            }

            _recording = null;
        }
    }

    /// <summary>Ends recording and removes what was recorded.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Delete()
    {
        lock (_lock)
        {
            _recording = null;
            _writer?.Dispose();
            _writer = null;
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
    }

    /// <inheritdoc />
    public CapturedSession? TryBegin(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return _recording is { } recording && IsRecording && Random.Shared.NextDouble() < recording.Settings.Share
            ? new CapturedSession(session, _time, recording.Settings.ContentBytesMax, recording.Budget)
            : null;
    }

    /// <inheritdoc />
    public void Write(CapturedSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_recording is { } recording)
        {
            recording.Writer.Write(session);
        }
        else
        {
            session.ReleaseContent();
        }
    }

    /// <summary>The DNS said something to a filter. The same answer again, out of the cache, is not recorded again.</summary>
    public void Answered(string name, DnsRecordType type, DnsAnswer answer)
    {
        if (_recording is { } recording && !(_answers.TryGet((name, type), out DnsAnswer? last) && ReferenceEquals(last, answer)))
        {
            DateTimeOffset now = _time.GetUtcNow();
            _answers.Set((name, type), answer, now + AnswerKnown);
            recording.Writer.Write(new CapturedAnswer(now, name, type, answer));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _recording = null;
        _writer?.Dispose();
    }

    private void Begin(CaptureSettings settings)
    {
        lock (_lock)
        {
            _recording = null;
            _writer?.Dispose();
            _writer = new CaptureWriter(new LineFiles(_folder, settings.SizeBytesMax, settings.AgeMax, _time), _metrics);
            _recording = new Recording(settings, _writer, new ByteBudget(Math.Min(ContentBytesMax, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 32)));
        }
    }

    private CaptureSettings? ReadSettings()
    {
        try
        {
            return JsonSerializer.Deserialize<CaptureSettings>(File.ReadAllBytes(Path.Combine(_folder, SettingsFile)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // Never started, or its folder is gone.
            return null;
        }
    }

    private sealed record Recording(CaptureSettings Settings, CaptureWriter Writer, ByteBudget Budget);
}
