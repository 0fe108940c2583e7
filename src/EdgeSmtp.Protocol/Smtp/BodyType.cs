namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The BODY parameter of MAIL (RFC 6152 §2, RFC 3030 §3).</summary>
public enum BodyType : byte
{
    /// <summary>No parameter given, or <c>BODY=7BIT</c>.</summary>
    SevenBit,

    /// <summary><c>BODY=8BITMIME</c>.</summary>
    EightBitMime,

    /// <summary><c>BODY=BINARYMIME</c>: lines have no limit and no ends; only BDAT carries it.</summary>
    BinaryMime,
}
