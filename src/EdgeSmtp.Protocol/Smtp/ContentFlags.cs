namespace EdgeSmtp.Protocol.Smtp;

/// <summary>What was met in the bytes of a message while it was received.</summary>
[Flags]
public enum ContentFlags : byte
{
    /// <summary>7-bit text with CRLF line ends.</summary>
    None = 0,

    /// <summary>An LF without CR before it (RFC 5321 §2.3.8).</summary>
    BareLf = 1,

    /// <summary>A CR without LF behind it.</summary>
    BareCr = 2,

    /// <summary>A NUL byte (RFC 5322 §4).</summary>
    Nul = 4,

    /// <summary>A byte above 127 (RFC 6152).</summary>
    EightBit = 8,
}
