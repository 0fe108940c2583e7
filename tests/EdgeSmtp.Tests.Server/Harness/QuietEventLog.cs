using EdgeSmtp.Core.Events;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Builds every line in one entry and forgets it.</summary>
internal sealed class QuietEventLog : IEventLog, IDisposable
{
    private readonly EventEntry _entry = new();

    public EventEntry Begin(string name)
    {
        _entry.Start(DateTimeOffset.UnixEpoch, name);
        return _entry;
    }

    public void Write(EventEntry entry) => entry.Finish();

    public void Dispose() => _entry.Dispose();
}
