namespace EdgeSmtp.Client.Net;

/// <summary>How a connection broke.</summary>
public enum WireFailure : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The server closed it, or it was reset.</summary>
    Closed,

    /// <summary>The server was silent for longer than the timeout of that step.</summary>
    TimedOut,

    /// <summary>The server sent what is no reply, more than the limit, or something unasked.</summary>
    OutOfStep,
}
