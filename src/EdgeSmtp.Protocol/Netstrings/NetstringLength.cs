namespace EdgeSmtp.Protocol.Netstrings;

/// <summary>Reads the <c>length:</c> in front of a netstring, piece by piece. A mutable struct; its default is ready.</summary>
public struct NetstringLength
{
    private int _digits;

    /// <summary>The length, once the status is <see cref="NetstringStatus.Complete"/>.</summary>
    public long Value { get; private set; }

    /// <summary>Whether a digit has been read.</summary>
    public readonly bool IsStarted => _digits > 0;

    /// <summary>Reads on.</summary>
    /// <param name="input">The next bytes.</param>
    /// <param name="lengthMax">The largest length taken.</param>
    /// <param name="consumed">Bytes used, the colon included.</param>
    public NetstringStatus Read(ReadOnlySpan<byte> input, long lengthMax, out int consumed)
    {
        for (consumed = 0; consumed < input.Length;)
        {
            byte b = input[consumed++];
            if (b == ':') return _digits == 0 ? NetstringStatus.BadLength : NetstringStatus.Complete;
            int digit = b - '0';
            if (digit is < 0 or > 9) return NetstringStatus.BadLength;
            if (_digits > 0 && Value == 0) return NetstringStatus.LeadingZero;
            _digits++;
            // Checked before the multiplication, so that no number of digits overflows.
            if (Value > (lengthMax - digit) / 10) return NetstringStatus.TooLong;
            Value = (Value * 10) + digit;
        }

        return NetstringStatus.NeedMore;
    }
}
