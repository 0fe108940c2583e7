namespace EdgeSmtp.Benchmarks.Queue;

/// <summary>What was done to a journal file before its first commit (ADR 0006).</summary>
public enum SegmentPreparation
{
    /// <summary>Nothing: each commit makes the file longer.</summary>
    Appended,

    /// <summary>Its blocks are reserved and its length is set, but they were never written.</summary>
    Allocated,

    /// <summary>It is full of zeros that are on the disk.</summary>
    PreWritten,
}
