namespace EdgeSmtp.Protocol.Mime;

/// <summary>How a line ends.</summary>
internal enum LineEnd : byte
{
    /// <summary>It does not, or not yet.</summary>
    None,

    /// <summary>LF alone.</summary>
    Lf,

    /// <summary>CRLF.</summary>
    CrLf,
}
