namespace EdgeSmtp.Protocol.Mime;

/// <summary>
/// Decodes the lines of one leaf into a buffer that its owner empties. The line end in front of a delimiter belongs to the delimiter (RFC 2046 §5.1.1), so that the last
/// line end of texts is owed until the next line is known. Allocates nothing.
/// </summary>
internal sealed class ContentDecoder
{
    /// <summary>The owner empties the buffer when less than this is left.</summary>
    private const int RoomMin = 16;

    private readonly byte[] _output = new byte[8192];
    private int _written;
    private MimeEncoding _encoding;
    private Base64Decoder _base64;
    private LineEnd _owed;
    private int _pendingCount;
    private byte _pendingDigit;
    private MimeAmbiguities _found;

    /// <summary>What was decoded and not taken yet.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, _written);

    /// <summary>Whether the owner must empty it before the next call.</summary>
    public bool IsFull => _output.Length - _written < RoomMin;

    public void Begin(MimeEncoding encoding)
    {
        _encoding = encoding;
        _base64 = default;
        _owed = LineEnd.None;
        _pendingCount = 0;
        _written = 0;
        _found = MimeAmbiguities.None;
    }

    /// <summary>Takes a piece of a line, not empty and without line end.</summary>
    /// <returns>Bytes used: fewer than there are when the buffer is full.</returns>
    public int Take(ReadOnlySpan<byte> piece)
    {
        switch (_encoding)
        {
            case MimeEncoding.Base64:
                _written += _base64.Decode(piece, _output.AsSpan(_written), out int consumed);
                return consumed;
            case MimeEncoding.QuotedPrintable:
                PayOwed();
                return TakeQuotedPrintable(piece);
            case MimeEncoding.Uuencode:
                return piece.Length;
            default:
                PayOwed();
                return Copy(piece);
        }
    }

    /// <summary>Ends a line.</summary>
    public void EndLine(LineEnd end)
    {
        if (_encoding is MimeEncoding.Base64 or MimeEncoding.Uuencode) return;
        if (_pendingCount == 1)
        {
            // RFC 2045 §6.7 (5): a soft line break.
            _pendingCount = 0;
            return;
        }

        SettlePending();
        PayOwed();
        _owed = end;
    }

    /// <summary>Takes one whole line of uuencode, and tells whether it was the last.</summary>
    public bool TakeUuencode(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("end"u8)) return true;
        if (line.IsEmpty) return false;
        int length = (line[0] - ' ') & 63;
        ReadOnlySpan<byte> text = line[1..];
        if (text.Length < (length + 2) / 3 * 4 || line[0] is < (byte)' ' or > (byte)'`') Note(MimeAmbiguity.UuencodeInvalid);
        for (int i = 0; length > 0; i += 4, length -= 3)
        {
            // Encoders that drop blanks at the end leave lines short: what is missing is zero.
            uint bits = (Six(text, i) << 18) | (Six(text, i + 1) << 12) | (Six(text, i + 2) << 6) | Six(text, i + 3);
            for (int shift = 16, count = 0; shift >= 0 && count < length; shift -= 8, count++) _output[_written++] = (byte)(bits >> shift);
        }

        return false;
    }

    /// <summary>Whether a whole line of uuencode may come.</summary>
    public bool HasRoomForLine => _output.Length - _written >= 64;

    /// <summary>Ends the leaf.</summary>
    /// <param name="atDelimiter">Whether a delimiter ends it, which the last line end belongs to.</param>
    public void Finish(bool atDelimiter)
    {
        if (_encoding == MimeEncoding.Base64) _written += _base64.Finish(_output.AsSpan(_written));
        SettlePending();
        if (atDelimiter) _owed = LineEnd.None;
        else PayOwed();
    }

    /// <summary>Tells what was met, and empties the buffer.</summary>
    public MimeAmbiguities Flush()
    {
        MimeAmbiguities found = _found;
        if (_encoding == MimeEncoding.Base64)
        {
            if (_base64.HasWhiteSpace) found = found.With(MimeAmbiguity.Base64WhiteSpace);
            if (_base64.HasJunk) found = found.With(MimeAmbiguity.Base64Junk);
            if (_base64.HasBadPadding) found = found.With(MimeAmbiguity.Base64Padding);
            if (_base64.IsTruncated) found = found.With(MimeAmbiguity.Base64Truncated);
        }
        else if (_encoding == MimeEncoding.Identity && Output.Contains((byte)0))
        {
            found = found.With(MimeAmbiguity.Nul);
        }

        _written = 0;
        return found;
    }

    private static uint Six(ReadOnlySpan<byte> text, int index) => index < text.Length ? (uint)(text[index] - ' ') & 63 : 0;

    private void Note(MimeAmbiguity ambiguity) => _found = _found.With(ambiguity);

    private void PayOwed()
    {
        if (_owed == LineEnd.None) return;
        if (_owed == LineEnd.CrLf) _output[_written++] = (byte)'\r';
        _output[_written++] = (byte)'\n';
        _owed = LineEnd.None;
    }

    private int Copy(ReadOnlySpan<byte> piece)
    {
        int taken = Math.Min(piece.Length, _output.Length - _written);
        piece[..taken].CopyTo(_output.AsSpan(_written));
        _written += taken;
        return taken;
    }

    private int TakeQuotedPrintable(ReadOnlySpan<byte> piece)
    {
        int at = 0;
        while (at < piece.Length && !IsFull)
        {
            ReadOnlySpan<byte> rest = piece[at..];
            if (_pendingCount > 0)
            {
                TakeEscape(rest[0]);
                at++;
                continue;
            }

            int equals = rest.IndexOf((byte)'=');
            at += Copy(equals < 0 ? rest : rest[..equals]);
            if (at < piece.Length && !IsFull && piece[at] == '=')
            {
                _pendingCount = 1;
                at++;
            }
        }

        return at;
    }

    /// <summary>RFC 2045 §6.7 (1). What is no escape stands for itself, as most readers have it.</summary>
    private void TakeEscape(byte b)
    {
        int digit = Hex.Digit(b);
        if (digit >= 0 && _pendingCount == 1)
        {
            _pendingDigit = b;
            _pendingCount = 2;
        }
        else if (digit >= 0)
        {
            _output[_written++] = (byte)((Hex.Digit(_pendingDigit) << 4) | digit);
            _pendingCount = 0;
        }
        else
        {
            SettlePending();
            if (b == '=') _pendingCount = 1;
            else _output[_written++] = b;
        }
    }

    private void SettlePending()
    {
        if (_pendingCount == 0) return;
        Note(MimeAmbiguity.QuotedPrintableInvalid);
        _output[_written++] = (byte)'=';
        if (_pendingCount == 2) _output[_written++] = _pendingDigit;
        _pendingCount = 0;
    }
}
