using EdgeSmtp.Core.Timing;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>Says that the server stops: new connections are refused, sessions without a transaction get 421 4.3.2, running transactions finish.</summary>
/// <param name="heartbeat">Knows all sessions, and wakes them.</param>
public sealed class DrainSignal(Heartbeat heartbeat)
{
    private volatile bool _isDraining;

    /// <summary>Whether the server stops.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Begins to drain. Idempotent. Sessions end by themselves; the host waits for their connections.</summary>
    public void Begin()
    {
        _isDraining = true;
        heartbeat.Wake();
    }
}
