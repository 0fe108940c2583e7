namespace EdgeSmtp.Protocol.Mime;

/// <summary>What the header of a part says. Points into the scanner's memory: valid during the call alone.</summary>
public readonly ref struct MimePart
{
    /// <summary>What it holds.</summary>
    public MimePartKind Kind { get; init; }

    /// <summary>Multiparts and messages around it; 0 for the message itself.</summary>
    public int Depth { get; init; }

    /// <summary>Type and subtype in lower case, such as <c>text/plain</c>: the default of RFC 2045 §5.2 where none is given, <c>application/octet-stream</c> where it cannot be read.</summary>
    public ReadOnlySpan<byte> MediaType { get; init; }

    /// <summary>How its content is written.</summary>
    public MimeEncoding Encoding { get; init; }

    /// <summary>Every name that a reader may show for it.</summary>
    public MimeNames Names { get; init; }

    /// <summary>Bytes of its header, line ends not counted.</summary>
    public long HeaderBytes { get; init; }

    /// <summary>Whether it is a text.</summary>
    public bool IsText => MediaType.StartsWith("text/"u8);
}
