namespace EdgeSmtp.Pipeline;

/// <summary>What replaces the verdict of a filter that failed.</summary>
public enum FailurePolicy : byte
{
    /// <summary>451 4.3.0: the client tries again. Default.</summary>
    Defer,

    /// <summary>Fail open, loudly. Not for required filters and those that rewrite.</summary>
    Continue,

    /// <summary>554 5.3.0.</summary>
    Reject,
}
