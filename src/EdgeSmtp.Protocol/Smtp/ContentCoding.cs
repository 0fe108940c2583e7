namespace EdgeSmtp.Protocol.Smtp;

/// <summary>How the lines of length-counted content end on the wire.</summary>
public enum ContentCoding : byte
{
    /// <summary>In CRLF: BDAT (RFC 3030 §2), and QMTP with a first byte of 13.</summary>
    Crlf,

    /// <summary>In LF: QMTP with a first byte of 10, and QMQP. A CR is stray there.</summary>
    Lf,

    /// <summary>Not at all: BODY=BINARYMIME (RFC 3030 §3). Copied as it is.</summary>
    Binary,
}
