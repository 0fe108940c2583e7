using System.Buffers;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>
/// Reads a message as its bytes pass, and tells its handler of parts and their decoded content: no tree, a bounded depth, no memory beyond its own. It follows multiparts and messages
/// within one another, base64, quoted-printable and uuencode (also between the lines of a text, however that is encoded), names of RFC 2231 and RFC 2047, and decodes encoded messages to read them again.
/// </summary>
/// <remarks>
/// It reads leniently, as real readers do, and names each place where they differ (<see cref="MimeAmbiguity"/>), so that a filter may refuse what it cannot be sure of. State survives any
/// split of the input. One object serves one message at a time: call <see cref="Begin(IMimeHandler)"/> before each. Not thread-safe. Allocates nothing but scanners for encoded messages and texts within the message, of which one is kept.
/// </remarks>
public sealed partial class MimeScanner : ILineHandler
{
    private readonly MimeLimits _limits;
    private readonly MimeHeader _header;
    private readonly BoundaryStack _stack;
    private readonly PartType _part = new();
    private readonly ContentDecoder _decoder = new();
    private readonly LineReader _lines;
    private IMimeHandler _handler = null!;
    private MimeScanner? _inner;
    private MimeAmbiguities _told;
    private Place _place;
    private LineEnd _structureEnd;
    private int _depth;
    private int _parts;
    private bool _isText;
    private bool _isWithinText;
    private bool _isInnerOpen;

    /// <summary>Creates a scanner.</summary>
    /// <param name="limits">How much structure it follows.</param>
    public MimeScanner(MimeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.DepthMax, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.DepthMax, MimeLimits.DepthCeiling, nameof(limits));
        _limits = limits;
        _header = new MimeHeader(limits.HeaderBytesMax);
        _stack = new BoundaryStack(limits.DepthMax);
        _lines = new LineReader(this);
    }

    private enum Place : byte
    {
        Header,
        Between,
        Leaf,
        UuencodeBefore,
        Uuencode,
    }

    /// <summary>Begins a message.</summary>
    /// <param name="handler">Told of what is found until <see cref="Finish"/>.</param>
    public void Begin(IMimeHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        // Of the scanners for messages within messages one is kept: more are seldom needed again.
        if (_inner is not null) _inner._inner = null;
        Begin(handler, 0, 0);
        BeginHeader();
    }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="content">Any piece of the message, in order.</param>
    public void Scan(in ReadOnlySequence<byte> content)
    {
        foreach (ReadOnlyMemory<byte> memory in content) Scan(memory.Span);
    }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="content">Any piece of the message, in order.</param>
    public void Scan(ReadOnlySpan<byte> content)
    {
        _lines.Take(content);
        Deliver();
    }

    /// <summary>The message has ended.</summary>
    public void Finish()
    {
        _lines.Finish();
        if (_place == Place.Header) BreakHeader();
        EndLeaf(atDelimiter: false);
        while (_stack.Count > 0) Leave();
    }

    private void Begin(IMimeHandler handler, int depth, int parts)
    {
        _handler = handler;
        _told = MimeAmbiguities.None;
        _depth = depth;
        _parts = parts;
        _stack.Clear();
        _lines.Begin();
        _structureEnd = LineEnd.None;
        _isInnerOpen = _isUuencodeWithin = _isWithinText = _isPartDue = false;
    }

    /// <summary>Begins to read again what the owner decodes of a message.</summary>
    private void BeginMessage(MimeScanner owner)
    {
        Begin(owner._handler, owner._depth + owner._stack.Count + 1, owner._parts);
        BeginHeader();
    }

    /// <summary>Begins to read again what the owner decodes of a text: files may stand within it. The part is the owner's to begin and to end.</summary>
    private void BeginText(MimeScanner owner)
    {
        Begin(owner._handler, owner._depth + owner._stack.Count, owner._parts);
        _told = owner._told;
        _isWithinText = _isText = true;

        // What is text after decoding may hold NUL, as UTF-16 does.
        _textEncoding = MimeEncoding.Binary;
        _decoder.Begin(_textEncoding);
        _place = Place.Leaf;
    }

    bool ILineHandler.IsCandidate(byte first) =>
        (first == '-' && _stack.HasBoundary) || _place >= Place.UuencodeBefore || (first == 'b' && _place == Place.Leaf && _isText);

    /// <summary>A CR alone is content. Some readers end a line there, which matters where a header or a delimiter may be.</summary>
    void ILineHandler.OnBareCr(byte next)
    {
        if (_place == Place.Header || (next == '-' && _stack.HasBoundary)) Tell(MimeAmbiguity.MixedLineEnds);
    }

    /// <summary>No line of uuencode is that long. A delimiter is one for readers that take any padding behind it, and content here.</summary>
    void ILineHandler.OnLongCandidate(ReadOnlySpan<byte> beginning)
    {
        if (_place >= Place.UuencodeBefore) Tell(MimeAmbiguity.UuencodeInvalid);
        if (_stack.HasBoundary && beginning.StartsWith("--"u8) && (_stack.Match(beginning, out _, out bool hasSuffix) >= 0 || hasSuffix)) Tell(MimeAmbiguity.BoundaryWithSuffix);
    }

    bool ILineHandler.TryResolve(ReadOnlySpan<byte> line, LineEnd end)
    {
        if (_stack.HasBoundary && line.StartsWith("--"u8))
        {
            int level = _stack.Match(line, out bool isClose, out bool hasSuffix);
            if (hasSuffix) Tell(MimeAmbiguity.BoundaryWithSuffix);
            if (level >= 0)
            {
                NoteStructureEnd(end);
                EndAt(level, isClose);
                return true;
            }
        }

        switch (_place)
        {
            case Place.Uuencode:
                if (!_decoder.HasRoomForLine) Deliver();
                if (_decoder.TakeUuencode(line)) EndUuencode();
                return true;
            case Place.UuencodeBefore:
                if (UuencodeBegin.TryRead(line, out ReadOnlySpan<byte> fileName)) BeginFile(fileName);
                return true;
            case Place.Leaf when _isText && UuencodeBegin.TryRead(line, out ReadOnlySpan<byte> name):
                BeginUuencode(name);
                return true;
            default:
                return false;
        }
    }

    void ILineHandler.Take(ReadOnlySpan<byte> piece)
    {
        if (_place == Place.Header)
        {
            _header.Take(piece);
            return;
        }

        if (_place != Place.Leaf) return;
        while (!piece.IsEmpty)
        {
            if (_decoder.IsFull) Deliver();
            piece = piece[_decoder.Take(piece)..];
        }
    }

    void ILineHandler.EndLine(LineEnd end)
    {
        if (_place == Place.Leaf)
        {
            if (_decoder.IsFull) Deliver();
            _decoder.EndLine(end);
        }
        else if (_place == Place.Header)
        {
            NoteStructureEnd(end);
            if (_header.EndLine()) EndHeader(isBroken: false);
        }
    }

    private void NoteStructureEnd(LineEnd end)
    {
        if (_structureEnd == LineEnd.None) _structureEnd = end;
        else if (end != LineEnd.None && _structureEnd != end) Tell(MimeAmbiguity.MixedLineEnds);
    }

    private void BeginHeader()
    {
        _place = Place.Header;
        _header.Begin();
    }

    /// <summary>The header is known: the part begins.</summary>
    private void EndHeader(bool isBroken)
    {
        if (isBroken) _header.Break();
        _part.Read(_header, _stack.IsInDigest);
        TellAll(_part.Found);
        bool isEncoded = _part.Encoding is MimeEncoding.Base64 or MimeEncoding.QuotedPrintable or MimeEncoding.Uuencode;
        if (_part.Kind == MimePartKind.Multipart && _part.Boundary.IsEmpty) _part.BecomeLeaf();
        else if (_part.Kind != MimePartKind.Leaf && _depth + _stack.Count >= _limits.DepthMax)
        {
            Tell(MimeAmbiguity.TooDeep);
            _part.BecomeLeaf();
        }

        // It begins with its file, which has a name of its own.
        _isPartDue = _part.Kind != MimePartKind.Multipart && _part.Encoding == MimeEncoding.Uuencode;
        if (!_isPartDue) BeginPart();
        switch (_part.Kind)
        {
            case MimePartKind.Multipart:
                if (_stack.PushMultipart(_part.Boundary, _part.IsDigest)) Tell(MimeAmbiguity.ReusedBoundary);
                _place = Place.Between;
                break;
            case MimePartKind.Message when !isEncoded:
                _stack.PushMessage();
                BeginHeader();
                break;
            default:
                BeginLeaf();
                break;
        }
    }

    /// <summary>The header ends without a blank line; so does that of a message of which it is the header.</summary>
    private void BreakHeader()
    {
        EndHeader(isBroken: true);
        if (_place == Place.Header) EndHeader(isBroken: true);
    }

    private void BeginPart()
    {
        if (++_parts > _limits.PartsMax) Tell(MimeAmbiguity.TooManyParts);
        int depth = _depth + _stack.Count + (_isUuencodeWithin ? 1 : 0);
        _handler.OnPartBegin(new MimePart
        {
            Kind = _part.Kind,
            Depth = depth,
            MediaType = _part.MediaType,
            Encoding = _part.Encoding,
            Names = _part.Names,
            HeaderBytes = _part.Encoding == MimeEncoding.Uuencode && _isUuencodeWithin ? 0 : _header.Bytes,
        });
    }

    private void BeginLeaf()
    {
        _decoder.Begin(_part.Encoding);
        _textEncoding = _part.Encoding;
        _isText = _part.IsText && _part.Encoding is MimeEncoding.Identity or MimeEncoding.Binary;
        _place = _part.Encoding == MimeEncoding.Uuencode ? Place.UuencodeBefore : Place.Leaf;
        if (!_isPartDue) OpenInner();
    }

    /// <summary>What is decoded may have to be read again.</summary>
    private void OpenInner()
    {
        _isInnerOpen = _part.Kind == MimePartKind.Message || (_part.IsText && _part.Encoding is MimeEncoding.Base64 or MimeEncoding.QuotedPrintable);
        if (!_isInnerOpen) return;
        _inner ??= new MimeScanner(_limits);
        if (_part.Kind == MimePartKind.Message) _inner.BeginMessage(this);
        else _inner.BeginText(this);
    }

    private void EndLeaf(bool atDelimiter)
    {
        if (_place is Place.Header or Place.Between) return;
        if (_place == Place.Uuencode)
        {
            Tell(MimeAmbiguity.UuencodeInvalid);
            EndUuencode();
        }

        if (_isPartDue) BeginDuePart();
        if (_decoder.IsFull) Deliver();
        _decoder.Finish(atDelimiter);
        Deliver();
        EndPart();
        _place = Place.Between;
    }

    private void EndPart()
    {
        if (_isInnerOpen)
        {
            _inner!.Finish();
            _parts = _inner._parts;
            if (_inner._isWithinText) _told = _inner._told;
            _isInnerOpen = false;
        }

        if (!_isWithinText) _handler.OnPartEnd();
    }

    /// <summary>A delimiter: whatever is open within its multipart ends.</summary>
    private void EndAt(int level, bool isClose)
    {
        if (_place == Place.Header)
        {
            Tell(MimeAmbiguity.MissingBlankLine);
            BreakHeader();
        }

        EndLeaf(atDelimiter: true);
        while (_stack.Count > level + 1) Leave();
        ref BoundaryStack.Level multipart = ref _stack[level];
        if (multipart.IsClosed)
        {
            Tell(MimeAmbiguity.PartAfterTerminator);
            return;
        }

        multipart.IsClosed = isClose;
        if (isClose)
        {
            if (!multipart.HasPart) Tell(MimeAmbiguity.BoundaryNotFound);
            multipart.HasPart = true;
            _place = Place.Between;
        }
        else
        {
            multipart.HasPart = true;
            BeginHeader();
        }
    }

    private void Leave()
    {
        BoundaryStack.Level level = _stack.Pop();
        if (level.BoundaryLength > 0 && !level.IsClosed) Tell(level.HasPart ? MimeAmbiguity.MissingTerminator : MimeAmbiguity.BoundaryNotFound);
        _handler.OnPartEnd();
    }

    private void Deliver()
    {
        if (_place is Place.Header or Place.Between) return;
        ReadOnlySpan<byte> output = _decoder.Output;
        if (!output.IsEmpty)
        {
            if (_isInnerOpen) _inner!.Scan(output);
            else _handler.OnContent(output);
        }

        TellAll(_decoder.Flush());
    }

    private void Tell(MimeAmbiguity ambiguity)
    {
        if (_told.Has(ambiguity)) return;
        _told = _told.With(ambiguity);
        _handler.OnAmbiguity(ambiguity);
    }

    private void TellAll(MimeAmbiguities found)
    {
        found = found.Except(_told);
        for (MimeAmbiguity ambiguity = 0; !found.IsEmpty; ambiguity++)
        {
            if (!found.Has(ambiguity)) continue;
            Tell(ambiguity);
            found = found.Except(MimeAmbiguities.None.With(ambiguity));
        }
    }
}
