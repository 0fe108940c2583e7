namespace EdgeSmtp.Queue.Journal;

/// <summary>The life of a segment (<c>docs/queue.md</c>).</summary>
internal enum SegmentState : byte
{
    /// <summary>Every block is written, nothing in it is needed.</summary>
    Free,

    /// <summary>The committer writes here.</summary>
    Active,

    /// <summary>Full, or of an earlier run.</summary>
    Sealed,

    /// <summary>Its live messages are being copied away.</summary>
    Compacting,
}
