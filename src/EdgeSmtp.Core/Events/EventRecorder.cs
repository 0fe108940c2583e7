using System.Collections.Concurrent;
using System.Text;
using EdgeSmtp.Core.Explain;

namespace EdgeSmtp.Core.Events;

/// <summary>Keeps the lines in memory: for tests.</summary>
public sealed class EventRecorder(TimeProvider time) : IEventLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>All lines so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>What happened inside of sessions, a line each time something was decided.</summary>
    public ExplainRecorder Explained { get; } = new();

    /// <inheritdoc />
    public IExplainLog? Explain => Explained;

    /// <inheritdoc />
    public EventEntry Begin(string name)
    {
        EventEntry entry = new();
        entry.Start(time.GetUtcNow(), name);
        return entry;
    }

    /// <inheritdoc />
    public void Write(EventEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Finish();
        _lines.Enqueue(Encoding.UTF8.GetString(entry.Line.Span));
        entry.Dispose();
    }
}
