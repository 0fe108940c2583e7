namespace EdgeSmtp.Protocol.Mime;

/// <summary>What a part holds.</summary>
public enum MimePartKind : byte
{
    /// <summary>Content.</summary>
    Leaf,

    /// <summary>Parts (RFC 2046 §5.1).</summary>
    Multipart,

    /// <summary>A message (RFC 2046 §5.2.1).</summary>
    Message,
}
