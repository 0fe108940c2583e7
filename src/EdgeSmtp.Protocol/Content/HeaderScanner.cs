using System.Text;

namespace EdgeSmtp.Protocol.Content;

/// <summary>Watches the header of a message as its bytes pass: where it ends, how long it is, how many hops it names (RFC 5322 §2.1, RFC 5321 §6.3).</summary>
/// <remarks>
/// Reads what the decoders give out, so lines end in CRLF. Only a blank line ends the header; a line that is no field sets <see cref="IsMalformed"/> and is counted like one.
/// State survives any split. One object serves a session: call <see cref="Reset"/> before each message. Allocates nothing. Not thread-safe.
/// </remarks>
public sealed class HeaderScanner
{
    private Place _place;
    private int _nameLength;
    private bool _receivedPossible;
    private bool _deliveredToPossible;

    /// <summary>Creates a scanner at the start of a message.</summary>
    public HeaderScanner() => Reset();

    private enum Place : byte
    {
        LineStart,
        LineStartCr,
        Name,
        NameSpace,
        Rest,
        Ended,
    }

    private static ReadOnlySpan<byte> Received => "received"u8;

    private static ReadOnlySpan<byte> DeliveredTo => "delivered-to"u8;

    /// <summary>Whether the blank line has passed.</summary>
    public bool IsEnded => _place == Place.Ended;

    /// <summary>Bytes of the header fields so far, with their line ends, without the blank line. The body begins two bytes behind it.</summary>
    public long HeaderBytes { get; private set; }

    /// <summary>Received fields so far: the hops (RFC 5321 §6.3).</summary>
    public int ReceivedCount { get; private set; }

    /// <summary>Delivered-To fields so far, by which forwarding loops show.</summary>
    public int DeliveredToCount { get; private set; }

    /// <summary>Fields so far.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Whether every byte of the header so far is ASCII (RFC 6532 otherwise).</summary>
    public bool IsAscii { get; private set; }

    /// <summary>Whether a line was no field: no colon, an empty or unprintable name (RFC 5322 §2.2), or a continuation of nothing.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Begins the next message.</summary>
    public void Reset()
    {
        _place = Place.LineStart;
        HeaderBytes = 0;
        ReceivedCount = DeliveredToCount = FieldCount = 0;
        IsAscii = true;
        IsMalformed = false;
    }

    /// <summary>Takes the next content bytes.</summary>
    /// <param name="content">Any piece of the message, in order. Pieces after the end of the header are ignored.</param>
    /// <returns>Whether the header has ended, so that no more pieces are needed.</returns>
    public bool Scan(ReadOnlySpan<byte> content)
    {
        int i = 0;
        while (i < content.Length && _place != Place.Ended)
        {
            int start = i;
            if (_place == Place.Rest) SkipRest(content, ref i);
            else Step(content[i++]);
            HeaderBytes += i - start;
            if (_place != Place.Ended) continue;
            // The blank line is the separator, not part of the header.
            HeaderBytes -= 2;
            return true;
        }

        return _place == Place.Ended;
    }

    private void SkipRest(ReadOnlySpan<byte> content, ref int i)
    {
        ReadOnlySpan<byte> rest = content[i..];
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        if (!Ascii.IsValid(line)) IsAscii = false;
        i += end < 0 ? rest.Length : end + 1;
        if (end >= 0) _place = Place.LineStart;
    }

    private void Step(byte b)
    {
        switch (_place)
        {
            case Place.LineStart:
                BeginLine(b);
                break;
            case Place.LineStartCr:
                // Content from the decoders has no bare CR; from elsewhere it makes a malformed line.
                if (b == '\n')
                {
                    _place = Place.Ended;
                }
                else
                {
                    IsMalformed = true;
                    _place = Place.Rest;
                }

                break;
            default:
                StepName(b);
                break;
        }

        if (b >= 0x80) IsAscii = false;
    }

    private void BeginLine(byte b)
    {
        switch (b)
        {
            case (byte)'\r':
                _place = Place.LineStartCr;
                break;
            case (byte)' ' or (byte)'\t':
                // RFC 5322 §2.2.3: folding continues a field, and there must be one.
                if (FieldCount == 0) IsMalformed = true;
                _place = Place.Rest;
                break;
            default:
                _nameLength = 0;
                _receivedPossible = _deliveredToPossible = true;
                _place = Place.Name;
                StepName(b);
                break;
        }
    }

    private void StepName(byte b)
    {
        switch (b)
        {
            case (byte)':':
                EndName();
                return;
            case (byte)'\n':
                IsMalformed = true;
                _place = Place.LineStart;
                return;
            case (byte)' ' or (byte)'\t' when _nameLength > 0:
                // RFC 5322 §4.5 (obs-optional): white space may stand between name and colon.
                _place = Place.NameSpace;
                return;
        }

        // RFC 5322 §2.2: a name is printable ASCII; "word word" before a colon is none.
        if (b is <= 0x20 or >= 0x7F || _place == Place.NameSpace)
        {
            IsMalformed = true;
            _place = Place.Rest;
            return;
        }

        int folded = b | 0x20;
        _receivedPossible &= _nameLength < Received.Length && folded == Received[_nameLength];
        // A hyphen has bit 5 set already, so folding keeps it.
        _deliveredToPossible &= _nameLength < DeliveredTo.Length && folded == DeliveredTo[_nameLength];
        _nameLength++;
    }

    private void EndName()
    {
        _place = Place.Rest;
        if (_nameLength == 0)
        {
            IsMalformed = true;
            return;
        }

        FieldCount++;
        if (_receivedPossible && _nameLength == Received.Length) ReceivedCount++;
        else if (_deliveredToPossible && _nameLength == DeliveredTo.Length) DeliveredToCount++;
    }
}
