using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Recovery;

/// <summary>What recovery found.</summary>
public sealed class RecoveryReport
{
    /// <summary>Frames applied after the snapshot.</summary>
    public long FramesReplayed { get; internal set; }

    /// <summary>Sequence of the snapshot it began with; 0 when it walked everything.</summary>
    public ulong Snapshot { get; internal set; }

    /// <summary>Whether the queue had been closed.</summary>
    public bool IsClean { get; internal set; }

    /// <summary>Whether snapshots exist and none is whole.</summary>
    public bool SnapshotsDamaged { get; internal set; }

    /// <summary>Ranges set aside.</summary>
    public IReadOnlyList<DamagedRange> Damaged => DamagedRanges;

    /// <summary>LSNs that no segment has, first and last of each range.</summary>
    public IReadOnlyList<(ulong First, ulong Last)> Missing => MissingLsns;

    /// <summary>Messages of the snapshot whose record is gone.</summary>
    public IReadOnlyList<MessageId> Lost => LostMessages;

    /// <summary>Segments without a valid head, by number.</summary>
    public IReadOnlyList<int> DamagedHeaders => DamagedSegments;

    internal List<DamagedRange> DamagedRanges { get; } = [];

    internal List<(ulong First, ulong Last)> MissingLsns { get; } = [];

    internal List<MessageId> LostMessages { get; } = [];

    internal List<int> DamagedSegments { get; } = [];
}
