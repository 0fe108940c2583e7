using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Events;

namespace EdgeSmtp.Server.Replay;

/// <summary>An event log that keeps nothing but the record of the session at hand.</summary>
/// <param name="time">The clock.</param>
internal sealed class ReplayEvents(TimeProvider time) : IEventLog, ICaptureLog
{
    /// <inheritdoc />
    public ICaptureLog Capture => this;

    /// <summary>The record of the last session.</summary>
    public CapturedSession? Last { get; private set; }

    /// <inheritdoc />
    public EventEntry Begin(string name)
    {
        EventEntry entry = new();
        entry.Start(time.GetUtcNow(), name);
        return entry;
    }

    /// <inheritdoc />
    public void Write(EventEntry entry) => entry?.Dispose();

    /// <inheritdoc />
    public CapturedSession TryBegin(Session session) => new(session, time, contentBytesMax: -1, budget: null);

    /// <inheritdoc />
    public void Write(CapturedSession session) => Last = session;
}
