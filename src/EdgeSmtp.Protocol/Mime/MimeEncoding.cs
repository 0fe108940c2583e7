namespace EdgeSmtp.Protocol.Mime;

/// <summary>How the content of a part is written (RFC 2045 §6).</summary>
public enum MimeEncoding : byte
{
    /// <summary>As it is: <c>7bit</c>, <c>8bit</c>, none named, or one that nobody knows.</summary>
    Identity,

    /// <summary><c>binary</c>: as it is, and any byte may be in it.</summary>
    Binary,

    /// <summary><c>base64</c>.</summary>
    Base64,

    /// <summary><c>quoted-printable</c>.</summary>
    QuotedPrintable,

    /// <summary><c>x-uuencode</c>, and the lines from <c>begin</c> to <c>end</c> within a text.</summary>
    Uuencode,
}
