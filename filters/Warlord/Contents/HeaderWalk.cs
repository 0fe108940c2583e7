namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Collects headers of an archive from content that passes in chunks, and skips what lies between them.</summary>
/// <param name="capacity">Bytes of one header that are kept.</param>
internal sealed class HeaderWalk(int capacity)
{
    private readonly byte[] _header = new byte[capacity];
    private long _skip;

    /// <summary>Bytes of the header so far.</summary>
    public ReadOnlySpan<byte> Header => _header.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>Bytes wanted before anything can be said.</summary>
    public int Needed { get; private set; }

    public bool IsComplete => _skip == 0 && Length == Needed;

    /// <summary>Goes to the next header.</summary>
    /// <param name="skip">Bytes to leave out before it.</param>
    /// <param name="needed">Bytes of it that are wanted at first.</param>
    public void Next(long skip, int needed)
    {
        _skip = skip;
        Length = 0;
        Needed = Math.Min(needed, _header.Length);
    }

    /// <summary>Wants more of the same header.</summary>
    public void Want(long needed) => Needed = (int)Math.Min(needed, _header.Length);

    /// <summary>Takes of a chunk what is skipped or wanted, and returns the rest.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> chunk)
    {
        int skipped = (int)Math.Min(_skip, chunk.Length);
        _skip -= skipped;
        chunk = chunk[skipped..];
        int taken = Math.Min(Needed - Length, chunk.Length);
        chunk[..taken].CopyTo(_header.AsSpan(Length));
        Length += taken;
        return chunk[taken..];
    }
}
