using System.Buffers.Text;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>
/// Base64 as readers take it (RFC 2045 §6.8): line by line, in any pieces, skipping what does not belong there, and going on behind padding. Notes what it met. Allocates nothing.
/// </summary>
internal struct Base64Decoder
{
    private const byte Padding = 64;
    private const byte Blank = 65;
    private const byte Junk = 66;

    private static readonly byte[] Values = CreateValues();

    private uint _bits;
    private int _digits;
    private int _paddingDue;
    private bool _padded;

    /// <summary>Whether there was white space within lines.</summary>
    public bool HasWhiteSpace { get; private set; }

    /// <summary>Whether there was anything but digits, padding and white space.</summary>
    public bool HasJunk { get; private set; }

    /// <summary>Whether padding stood where none can be, or was too short, or had data behind it. Known after <see cref="Finish"/>.</summary>
    public bool HasBadPadding { get; private set; }

    /// <summary>Whether it ended within a group of four. Known after <see cref="Finish"/>.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Decodes a piece of a line, without line ends.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="output">Room for three bytes for each four of the text, and three more.</param>
    /// <param name="consumed">Bytes of the text used; all of them, if there was room.</param>
    /// <returns>Bytes written.</returns>
    public int Decode(ReadOnlySpan<byte> text, Span<byte> output, out int consumed)
    {
        int written = 0;
        consumed = 0;
        while (consumed < text.Length && output.Length - written >= 3)
        {
            ReadOnlySpan<byte> rest = text[consumed..];
            if (_digits == 0 && !_padded && rest.Length >= 4)
            {
                // The library skips white space without a word, so it is not shown any.
                int blank = rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\r');
                int groups = Math.Min((blank < 0 ? rest.Length : blank) / 4, (output.Length - written) / 3);
                Base64.DecodeFromUtf8(rest[..(groups * 4)], output[written..], out int used, out int produced, isFinalBlock: false);
                written += produced;
                consumed += used;
                if (used > 0) continue;
            }

            // At most a group, or up to what is wrong in it; then the fast way again.
            int steps = Math.Min(rest.Length, 4);
            for (int i = 0; i < steps && output.Length - written >= 3; i++)
            {
                written += Take(rest[i], output[written..]);
                consumed++;
            }
        }

        return written;
    }

    /// <summary>Ends the part: gives what a group without its end stands for.</summary>
    public int Finish(Span<byte> output)
    {
        if (_paddingDue > 0) HasBadPadding = true;
        if (_digits == 0) return 0;
        IsTruncated = true;
        return EndGroup(output);
    }

    private int Take(byte b, Span<byte> output)
    {
        byte value = Values[b];
        switch (value)
        {
            case < Padding:
                if (_padded)
                {
                    _padded = false;
                    HasBadPadding = true;
                }

                _bits = (_bits << 6) | value;
                if (++_digits < 4) return 0;
                output[0] = (byte)(_bits >> 16);
                output[1] = (byte)(_bits >> 8);
                output[2] = (byte)_bits;
                _digits = 0;
                return 3;
            case Padding:
                if (_padded ? _paddingDue == 0 : _digits < 2) HasBadPadding = true;
                _paddingDue = _padded ? _paddingDue - 1 : 3 - _digits;
                _padded = true;
                return _digits == 0 ? 0 : EndGroup(output);
            case Blank:
                HasWhiteSpace = true;
                return 0;
            default:
                HasJunk = true;
                return 0;
        }
    }

    /// <summary>Two digits hold a byte, three hold two, one holds none.</summary>
    private int EndGroup(Span<byte> output)
    {
        int bytes = _digits - 1;
        uint bits = _bits << (6 * (4 - _digits));
        if (bytes > 0) output[0] = (byte)(bits >> 16);
        if (bytes > 1) output[1] = (byte)(bits >> 8);
        _digits = 0;
        return bytes;
    }

    private static byte[] CreateValues()
    {
        byte[] values = new byte[256];
        Array.Fill(values, Junk);
        ReadOnlySpan<byte> digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (byte i = 0; i < digits.Length; i++) values[digits[i]] = i;
        values['='] = Padding;
        values[' '] = values['\t'] = values['\r'] = Blank;
        return values;
    }
}
