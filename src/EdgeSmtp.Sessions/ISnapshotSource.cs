namespace EdgeSmtp.Sessions;

/// <summary>Gives the valid configuration.</summary>
public interface ISnapshotSource
{
    /// <summary>The snapshot for a session that begins now. Thread-safe; never blocks.</summary>
    SessionSnapshot Current { get; }
}
