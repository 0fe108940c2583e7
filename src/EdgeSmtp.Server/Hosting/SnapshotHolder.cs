using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Holds the configuration in force. Sessions and attempts take it once, at their start.</summary>
internal sealed class SnapshotHolder(SessionSnapshot session) : ISnapshotSource
{
    private SessionSnapshot _session = session;

    /// <inheritdoc />
    public SessionSnapshot Current => Volatile.Read(ref _session);

    /// <summary>Puts another one in force.</summary>
    /// <param name="session">For sessions.</param>
    /// <returns>What was in force before.</returns>
    public SessionSnapshot Replace(SessionSnapshot session) => Interlocked.Exchange(ref _session, session);
}
