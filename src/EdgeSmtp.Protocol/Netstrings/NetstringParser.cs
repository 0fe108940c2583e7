namespace EdgeSmtp.Protocol.Netstrings;

/// <summary>Reads one netstring after another, <c>length:bytes,</c>, and gives its bytes out as they come, without holding them.</summary>
/// <remarks>A mutable struct: keep it in one field, never copy it. After an error it stays in error.</remarks>
public struct NetstringParser
{
    private readonly long _lengthMax;
    private NetstringLength _length;
    private long _left;
    private Place _place;
    private NetstringStatus _error;

    /// <summary>Creates a parser.</summary>
    /// <param name="lengthMax">The longest string taken, in bytes; longer: <see cref="NetstringStatus.TooLong"/>.</param>
    public NetstringParser(long lengthMax)
    {
        _lengthMax = lengthMax;
        _error = NetstringStatus.NeedMore;
    }

    private enum Place : byte
    {
        Length,
        Payload,
        Comma,
    }

    /// <summary>The length of the string being read, once it is known.</summary>
    public readonly long Length => _place == Place.Length ? 0 : _length.Value;

    /// <summary>Reads on.</summary>
    /// <param name="input">The next bytes.</param>
    /// <param name="consumed">Bytes used; behind the comma when the string is complete.</param>
    /// <param name="payload">The bytes of the string that were in the input; may be empty.</param>
    /// <returns><see cref="NetstringStatus.Complete"/> at the comma; the next call begins the next string.</returns>
    public NetstringStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> payload)
    {
        consumed = 0;
        payload = default;
        if (_error != NetstringStatus.NeedMore) return _error;
        if (_place == Place.Length)
        {
            NetstringStatus status = _length.Read(input, _lengthMax, out consumed);
            if (status != NetstringStatus.Complete) return status == NetstringStatus.NeedMore ? status : _error = status;
            _left = _length.Value;
            _place = Place.Payload;
        }

        if (_place == Place.Payload)
        {
            int taken = (int)Math.Min(_left, input.Length - consumed);
            payload = input.Slice(consumed, taken);
            consumed += taken;
            _left -= taken;
            if (_left > 0) return NetstringStatus.NeedMore;
            _place = Place.Comma;
        }

        if (consumed == input.Length) return NetstringStatus.NeedMore;
        if (input[consumed++] != ',') return _error = NetstringStatus.MissingComma;
        _length = default;
        _place = Place.Length;
        return NetstringStatus.Complete;
    }
}
