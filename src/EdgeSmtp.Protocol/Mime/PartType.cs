using System.Text;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>What the fields of one header say of its part, put together.</summary>
internal sealed class PartType
{
    private const int TypeBytesMax = 256;

    private readonly BoundedBytes _mediaType = new(TypeBytesMax);
    private readonly BoundedBytes _boundary = new(BoundaryStack.BytesEach);
    private readonly BoundedBytes _furtherBoundary = new(BoundaryStack.BytesEach);
    private readonly NameCollector _names = new();
    private MimeAmbiguities _found;
    private int _namesOfHeader;

    public MimePartKind Kind { get; private set; }

    public MimeEncoding Encoding { get; private set; }

    public ReadOnlySpan<byte> MediaType => _mediaType.Span;

    public bool IsText => MediaType.StartsWith("text/"u8);

    public MimeNames Names => _names.Names;

    public ReadOnlySpan<byte> Boundary => _boundary.Span;

    /// <summary>Whether parts without a type are messages (RFC 2046 §5.1.5).</summary>
    public bool IsDigest { get; private set; }

    public MimeAmbiguities Found => _found;

    /// <summary>Reads the fields of a header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="isInDigest">Whether a part without a type is a message.</param>
    public void Read(MimeHeader header, bool isInDigest)
    {
        _found = header.Found;
        _names.Clear();
        _boundary.Clear();
        ReadEncoding(header.Encoding);
        ReadMediaType(header.Type, isInDigest);
        if (header.Disposition.IsPresent)
        {
            _names.AddFrom(new MimeParameters(new FieldReader(header.Disposition.Value)), header.Disposition.Value, "filename"u8);
        }

        NoteNames();
        _namesOfHeader = _names.Length;
        if (Kind == MimePartKind.Multipart && Encoding is MimeEncoding.Base64 or MimeEncoding.QuotedPrintable or MimeEncoding.Uuencode)
        {
            Note(MimeAmbiguity.EncodedMultipart);
        }
    }

    /// <summary>Makes it the part of a uuencoded file within a text.</summary>
    public void ReadUuencode(ReadOnlySpan<byte> name)
    {
        _found = MimeAmbiguities.None;
        Kind = MimePartKind.Leaf;
        Encoding = MimeEncoding.Uuencode;
        SetMediaType("application/octet-stream"u8);
        _names.Clear();
        _names.Add(name);
        NoteNames();
    }

    /// <summary>Makes it the part of a file in a part that is written in uuencode: it has the name of the file besides those of the header.</summary>
    public void ReadFileName(ReadOnlySpan<byte> name)
    {
        _names.CutTo(_namesOfHeader);
        _names.Add(name);
        NoteNames();
    }

    /// <summary>Makes a multipart that cannot be followed a leaf.</summary>
    public void BecomeLeaf() => Kind = MimePartKind.Leaf;

    private void Note(MimeAmbiguity ambiguity) => _found = _found.With(ambiguity);

    private void NoteNames()
    {
        if (_names.IsUnreadable) Note(MimeAmbiguity.UnreadableName);
        if (_names.IsCut) Note(MimeAmbiguity.HeaderTooLarge);
    }

    private void SetMediaType(ReadOnlySpan<byte> type)
    {
        _mediaType.Clear();
        foreach (byte b in type) _mediaType.Append(b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b);
    }

    private void ReadEncoding(MimeField field)
    {
        FieldReader reader = new(field.Value);
        reader.SkipBlanks();
        bool isQuoted = !reader.IsAtEnd && reader.Next == '"';
        ReadOnlySpan<byte> token = isQuoted ? reader.QuotedString(out _) : reader.Token();
        reader.SkipBlanks();
        Encoding = Parse(token, out bool isKnown);
        if (!isKnown || isQuoted || !reader.IsAtEnd) Note(MimeAmbiguity.UnknownEncoding);
        if (reader.HasComment) Note(MimeAmbiguity.Comment);
    }

    private static MimeEncoding Parse(ReadOnlySpan<byte> token, out bool isKnown)
    {
        isKnown = true;
        if (Ascii.EqualsIgnoreCase(token, "base64"u8)) return MimeEncoding.Base64;
        if (Ascii.EqualsIgnoreCase(token, "quoted-printable"u8)) return MimeEncoding.QuotedPrintable;
        if (Ascii.EqualsIgnoreCase(token, "binary"u8)) return MimeEncoding.Binary;
        if (Ascii.EqualsIgnoreCase(token, "x-uuencode"u8) || Ascii.EqualsIgnoreCase(token, "uuencode"u8) || Ascii.EqualsIgnoreCase(token, "x-uue"u8)) return MimeEncoding.Uuencode;
        isKnown = token.IsEmpty || Ascii.EqualsIgnoreCase(token, "7bit"u8) || Ascii.EqualsIgnoreCase(token, "8bit"u8);
        return MimeEncoding.Identity;
    }

    private void ReadMediaType(MimeField field, bool isInDigest)
    {
        Kind = MimePartKind.Leaf;
        IsDigest = false;
        if (!field.IsPresent)
        {
            SetMediaType(isInDigest ? "message/rfc822"u8 : "text/plain"u8);
            Kind = isInDigest ? MimePartKind.Message : MimePartKind.Leaf;
            return;
        }

        FieldReader reader = new(field.Value);
        if (!TryReadType(ref reader))
        {
            // Some readers take it for a text (RFC 2045 §5.2), others for bytes.
            SetMediaType("application/octet-stream"u8);
            Note(MimeAmbiguity.MalformedContentType);
        }

        bool decides = Kind != MimePartKind.Leaf;
        if (reader.HasComment) Note(MimeAmbiguity.Comment);
        MimeParameters parameters = new(reader);
        _names.AddFrom(parameters, field.Value, "name"u8);
        if (Kind == MimePartKind.Multipart) ReadBoundary(ref parameters);
        else while (parameters.MoveNext()) continue;
        if (!decides) return;
        if (parameters.IsMalformed) Note(MimeAmbiguity.MalformedContentType);
        if (parameters.HasComment) Note(MimeAmbiguity.Comment);
    }

    private bool TryReadType(ref FieldReader reader)
    {
        reader.SkipBlanks();
        ReadOnlySpan<byte> type = reader.Token();
        reader.SkipBlanks();
        if (type.IsEmpty || reader.IsAtEnd || reader.Next != '/') return false;
        reader.Skip();
        reader.SkipBlanks();
        ReadOnlySpan<byte> subtype = reader.Token();
        reader.SkipBlanks();
        if (subtype.IsEmpty || (!reader.IsAtEnd && reader.Next != ';')) return false;
        SetMediaType(type);
        _mediaType.Append((byte)'/');
        int length = _mediaType.Length;
        foreach (byte b in subtype) _mediaType.Append(b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b);
        if (_mediaType.IsCut) Note(MimeAmbiguity.HeaderTooLarge);
        Kind = MediaType.StartsWith("multipart/"u8) ? MimePartKind.Multipart
            : MediaType.SequenceEqual("message/rfc822"u8) || MediaType.SequenceEqual("message/global"u8) || MediaType.SequenceEqual("message/news"u8) ? MimePartKind.Message
            : MimePartKind.Leaf;
        IsDigest = MediaType[length..].SequenceEqual("digest"u8);
        return true;
    }

    private void ReadBoundary(ref MimeParameters parameters)
    {
        bool isFound = false;
        while (parameters.MoveNext())
        {
            MimeParameter parameter = parameters.Current;
            if (!parameter.Is("boundary"u8)) continue;
            if (parameter.Section >= 0 || parameter.IsExtended)
            {
                // RFC 2231 §3 allows it, and many readers know it for names alone.
                Note(MimeAmbiguity.MissingBoundary);
                continue;
            }

            BoundedBytes target = isFound ? _furtherBoundary : _boundary;
            target.Clear();
            Unescape(parameter.Value, target);
            if (isFound && !_furtherBoundary.Span.SequenceEqual(Boundary)) Note(MimeAmbiguity.DuplicateBoundary);
            isFound = true;
        }

        if (Boundary.IsEmpty) Note(MimeAmbiguity.MissingBoundary);
        else if (!IsWellFormed(Boundary)) Note(MimeAmbiguity.MalformedBoundary);
    }

    private static void Unescape(ReadOnlySpan<byte> value, BoundedBytes target)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length) i++;
            target.Append(value[i]);
        }
    }

    /// <summary>RFC 2046 §5.1.1, and the characters beside its own that are in use.</summary>
    private bool IsWellFormed(ReadOnlySpan<byte> boundary)
    {
        if (_boundary.IsCut || boundary.Length > 70 || boundary[^1] == ' ') return false;
        foreach (byte b in boundary)
            if (b is < (byte)' ' or >= 0x7F or (byte)'\\' or (byte)'"') return false;
        return true;
    }
}
