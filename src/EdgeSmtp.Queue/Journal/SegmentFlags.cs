namespace EdgeSmtp.Queue.Journal;

/// <summary>Properties of a segment. The numbers are on disk.</summary>
[Flags]
internal enum SegmentFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Its content is needed no more. A hint for a walk without snapshot.</summary>
    Free = 1,

    /// <summary>The end of the segment before was found by recovery, or follows a failed write: damage in its last batch is a torn write, and LSNs may be missing.</summary>
    AfterGap = 2,
}
