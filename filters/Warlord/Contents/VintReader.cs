namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads numbers of seven bits a byte, the lowest first, as RAR 5 has them.</summary>
internal ref struct VintReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    /// <summary>Whether there were too few bytes.</summary>
    public bool IsBroken { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _bytes[Math.Min(Position, _bytes.Length)..];

    public void Skip(int count) => Position += count;

    public ulong Read()
    {
        ulong value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            if (Position >= _bytes.Length)
            {
                break;
            }

            byte b = _bytes[Position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        IsBroken = true;
        return 0;
    }
}
