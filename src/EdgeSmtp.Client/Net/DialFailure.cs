namespace EdgeSmtp.Client.Net;

/// <summary>Why no connection came about.</summary>
public enum DialFailure : byte
{
    /// <summary>It did.</summary>
    None,

    /// <summary>No answer in time: worth remembering, since the next one waits as long.</summary>
    TimedOut,

    /// <summary>The host answered that nobody listens.</summary>
    Refused,

    /// <summary>No way there, or no right to go.</summary>
    Unreachable,
}
