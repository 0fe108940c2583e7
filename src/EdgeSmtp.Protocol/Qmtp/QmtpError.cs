namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>Why bytes are no package.</summary>
public enum QmtpError : byte
{
    /// <summary>They are one so far.</summary>
    None,

    /// <summary>A length is malformed or has leading zeros.</summary>
    BadLength,

    /// <summary>A length is over its limit.</summary>
    TooLong,

    /// <summary>A string does not end in a comma.</summary>
    MissingComma,

    /// <summary>The message is empty or its first byte is neither LF nor CR (QMTP only).</summary>
    BadCoding,

    /// <summary>A string is longer than the netstring around it.</summary>
    Overrun,
}
