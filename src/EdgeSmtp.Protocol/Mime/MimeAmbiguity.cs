namespace EdgeSmtp.Protocol.Mime;

/// <summary>Why readers may understand a message in different ways, or a limit that ended the understanding.</summary>
public enum MimeAmbiguity : byte
{
    /// <summary>A line of a header is no field: no colon, or no name that RFC 5322 §2.2 knows. Some readers end the header there.</summary>
    MalformedHeader,

    /// <summary>White space between name and colon of a field.</summary>
    BlankBeforeColon,

    /// <summary>A comment in the name of a field that matters (RFC 822 allowed it).</summary>
    CommentInFieldName,

    /// <summary>A line of white space alone continues a field: for some readers the header ends there.</summary>
    BlankFolding,

    /// <summary>A part begins or ends within its header.</summary>
    MissingBlankLine,

    /// <summary>Two Content-Type fields that differ.</summary>
    DuplicateContentType,

    /// <summary>Two Content-Transfer-Encoding fields that differ.</summary>
    DuplicateEncoding,

    /// <summary>Two Content-Disposition fields that differ.</summary>
    DuplicateDisposition,

    /// <summary>A Content-Type that the grammar of RFC 2045 §5.1 does not know, where it decides how the part is read.</summary>
    MalformedContentType,

    /// <summary>A comment in a Content-Type or Content-Transfer-Encoding field, where it decides how the part is read.</summary>
    Comment,

    /// <summary>An encoding that nobody knows, or with something beside its name.</summary>
    UnknownEncoding,

    /// <summary>A multipart with an encoding (RFC 2045 §6.4 forbids it).</summary>
    EncodedMultipart,

    /// <summary>A multipart without a boundary, with an empty one, or with one that has a form of RFC 2231 that not every reader knows.</summary>
    MissingBoundary,

    /// <summary>Two boundaries for one multipart.</summary>
    DuplicateBoundary,

    /// <summary>Longer than 70 characters, or of characters that RFC 2046 §5.1.1 does not allow.</summary>
    MalformedBoundary,

    /// <summary>One line could be the delimiter of two multiparts.</summary>
    ReusedBoundary,

    /// <summary>A line begins with a boundary and goes on. RFC 2046 §5.1.1 calls it a delimiter, most readers do not.</summary>
    BoundaryWithSuffix,

    /// <summary>A multipart in which its boundary never comes.</summary>
    BoundaryNotFound,

    /// <summary>A multipart that ends with what is around it. Readers agree on where.</summary>
    MissingTerminator,

    /// <summary>The boundary of a multipart behind its end.</summary>
    PartAfterTerminator,

    /// <summary>Lines that end in different ways, or a bare CR, where a header or a delimiter may be.</summary>
    MixedLineEnds,

    /// <summary>NUL where no binary content is announced.</summary>
    Nul,

    /// <summary>White space within lines of base64. Readers skip it.</summary>
    Base64WhiteSpace,

    /// <summary>Characters within base64 that do not belong there. Most readers skip them (RFC 2045 §6.8).</summary>
    Base64Junk,

    /// <summary>Base64 that goes on behind its padding, or has padding where none can be.</summary>
    Base64Padding,

    /// <summary>Base64 that ends within a group of four: readers differ over the last one or two bytes.</summary>
    Base64Truncated,

    /// <summary>An equals sign in quoted-printable with neither two hexadecimal digits nor a line end behind it.</summary>
    QuotedPrintableInvalid,

    /// <summary>A line of uuencode whose length does not fit, or none of its end.</summary>
    UuencodeInvalid,

    /// <summary>A name in a character set in which letters of ASCII are not what they seem, a name that cannot be decoded, or one with more behind its quotes.</summary>
    UnreadableName,

    /// <summary>Deeper than <see cref="MimeLimits.DepthMax"/>: what is there is content.</summary>
    TooDeep,

    /// <summary>More than <see cref="MimeLimits.PartsMax"/>: the further ones are read all the same.</summary>
    TooManyParts,

    /// <summary>A header longer than <see cref="MimeLimits.HeaderBytesMax"/>, a field or a name longer than this reader keeps.</summary>
    HeaderTooLarge,
}
