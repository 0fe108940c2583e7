namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The NOTIFY parameter of RCPT (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify : byte
{
    /// <summary>Not given: failures are reported, delays may be (RFC 3461 §4.1).</summary>
    Unspecified = 0,

    /// <summary>No report whatever happens; excludes every other value.</summary>
    Never = 1,

    /// <summary>Report a delivery.</summary>
    Success = 2,

    /// <summary>Report a failure.</summary>
    Failure = 4,

    /// <summary>Report an unusual delay.</summary>
    Delay = 8,
}
