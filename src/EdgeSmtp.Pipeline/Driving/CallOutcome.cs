namespace EdgeSmtp.Pipeline.Driving;

/// <summary>How one call of a filter ended.</summary>
internal enum CallOutcome : byte
{
    /// <summary>It returned.</summary>
    Done,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>Its deadline passed.</summary>
    TimedOut,

    /// <summary>Its deadline passed and it did not even heed its token: left behind, and not asked again in this session.</summary>
    Stuck,

    /// <summary>The session was given up. Nobody's failure.</summary>
    Aborted,

    /// <summary>A group was decided without it: a sequential run would not have called it.</summary>
    Dropped,
}
