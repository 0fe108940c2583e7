namespace EdgeSmtp.Protocol.Mime;

/// <summary>Reads one header as its lines pass, and keeps the three fields that say how the part is read. Everything else is skipped.</summary>
internal sealed class MimeHeader(int bytesMax)
{
    private const int ValueBytesMax = 4096;
    private const int NameBytesMax = 64;

    private readonly BoundedBytes _name = new(NameBytesMax);
    private readonly MimeField[] _fields =
    [
        new("Content-Type", ValueBytesMax, MimeAmbiguity.DuplicateContentType),
        new("Content-Transfer-Encoding", 256, MimeAmbiguity.DuplicateEncoding),
        new("Content-Disposition", ValueBytesMax, MimeAmbiguity.DuplicateDisposition),
    ];

    private Place _place;
    private MimeField? _field;
    private bool _isContinuation;
    private bool _isBlank;
    private bool _hasField;
    private MimeAmbiguities _found;

    private enum Place : byte
    {
        LineStart,
        Name,
        Value,
    }

    /// <summary>Bytes so far, without line ends.</summary>
    public long Bytes { get; private set; }

    /// <summary>What readers may understand in different ways.</summary>
    public MimeAmbiguities Found => _found;

    public MimeField Type => _fields[0];

    public MimeField Encoding => _fields[1];

    public MimeField Disposition => _fields[2];

    /// <summary>Begins the header of the next part.</summary>
    public void Begin()
    {
        foreach (MimeField field in _fields) field.Clear();
        _place = Place.LineStart;
        _field = null;
        _hasField = false;
        _found = MimeAmbiguities.None;
        Bytes = 0;
    }

    /// <summary>Takes a piece of a line, without its line end.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty) return;
        Bytes += piece.Length;
        if (Bytes > bytesMax) Note(MimeAmbiguity.HeaderTooLarge);
        if (piece.Contains((byte)0)) Note(MimeAmbiguity.Nul);
        if (_place == Place.LineStart) BeginLine(piece[0]);
        if (_place == Place.Name)
        {
            int colon = piece.IndexOf((byte)':');
            if (colon < 0)
            {
                _name.Append(piece);
                return;
            }

            _name.Append(piece[..colon]);
            BeginField();
            piece = piece[(colon + 1)..];
        }

        if (_isContinuation) _isBlank = _isBlank && piece.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;
        _field?.Append(piece);
    }

    /// <summary>Ends a line.</summary>
    /// <returns>Whether it was the blank one behind the header.</returns>
    public bool EndLine()
    {
        switch (_place)
        {
            case Place.LineStart:
                EndField();
                return true;
            case Place.Name:
                Note(MimeAmbiguity.MalformedHeader);
                break;
            case Place.Value when _isContinuation && _isBlank:
                Note(MimeAmbiguity.BlankFolding);
                break;
        }

        _place = Place.LineStart;
        return false;
    }

    /// <summary>The header has ended without a blank line.</summary>
    public void Break()
    {
        if (_place == Place.Name) Note(MimeAmbiguity.MalformedHeader);
        EndField();
    }

    private void Note(MimeAmbiguity ambiguity) => _found = _found.With(ambiguity);

    private void BeginLine(byte first)
    {
        // RFC 5322 §2.2.3: white space continues the field above, of which there must be one.
        _isContinuation = first is (byte)' ' or (byte)'\t';
        if (_isContinuation)
        {
            _isBlank = true;
            _place = Place.Value;
            if (!_hasField) Note(MimeAmbiguity.MalformedHeader);
            return;
        }

        EndField();
        _name.Clear();
        _place = Place.Name;
    }

    private void BeginField()
    {
        _place = Place.Value;
        _hasField = true;
        ReadOnlySpan<byte> name = _name.Span.TrimEnd(" \t"u8);
        if (name.Length < _name.Length) Note(MimeAmbiguity.BlankBeforeColon);
        int comment = name.IndexOf((byte)'(');
        if (comment > 0 && Find(name[..comment].TrimEnd(" \t"u8)) is { } commented)
        {
            // A name with a comment is another name (RFC 5322 §3.6.8), and was this one (RFC 822 §3.1.4).
            Note(MimeAmbiguity.CommentInFieldName);
            _field = commented;
        }
        else
        {
            if (name.IsEmpty || name.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) >= 0) Note(MimeAmbiguity.MalformedHeader);
            _field = _name.IsCut ? null : Find(name);
        }

        _field?.Begin();
    }

    private void EndField()
    {
        if (_field is null) return;
        _field.End(ref _found);
        if (_field.IsCut) Note(MimeAmbiguity.HeaderTooLarge);
        _field = null;
    }

    private MimeField? Find(ReadOnlySpan<byte> name)
    {
        foreach (MimeField field in _fields)
            if (field.HasName(name)) return field;
        return null;
    }
}
