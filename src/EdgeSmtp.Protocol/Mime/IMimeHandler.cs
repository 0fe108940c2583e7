namespace EdgeSmtp.Protocol.Mime;

/// <summary>Takes what a <see cref="MimeScanner"/> finds, in the order of the message. Everything handed over is lent until the call returns.</summary>
/// <remarks>Parts nest: each begin has its end, and content belongs to the part that was begun last and has not ended. Only <see cref="MimePartKind.Leaf"/> parts have content.</remarks>
public interface IMimeHandler
{
    /// <summary>The header of a part has ended, so that its type, encoding and names are known. Of a part in uuencode each file is a part with that header, and begins at its <c>begin</c> line.</summary>
    /// <param name="part">What the header says.</param>
    void OnPartBegin(in MimePart part);

    /// <summary>Decoded content of a leaf.</summary>
    /// <param name="content">1 byte or more; where one call ends and the next begins means nothing.</param>
    void OnContent(ReadOnlySpan<byte> content);

    /// <summary>The part that was begun last has ended.</summary>
    void OnPartEnd();

    /// <summary>Readers may understand the message in different ways. Told once for each kind and message; nested encoded messages count as messages of their own.</summary>
    /// <param name="ambiguity">How.</param>
    void OnAmbiguity(MimeAmbiguity ambiguity);
}
