namespace EdgeSmtp.Toolkit.Backends;

/// <summary>How a guarded call ended.</summary>
public enum GuardOutcome : byte
{
    /// <summary>The backend answered.</summary>
    Answered,

    /// <summary>It answered that it cannot, or the call threw.</summary>
    Failed,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>The breaker is open: it was not asked.</summary>
    Open,

    /// <summary>Too many calls are in flight and waiting: it was not asked.</summary>
    Busy,
}
