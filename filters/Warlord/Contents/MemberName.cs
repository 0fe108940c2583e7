namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>
/// A name of a member as it passes. It may have any length, for programs walk through folders, and what decides about a file is the end of its name: of a long one the end is told, up to the
/// blanks and dots that Windows drops. It ends at a NUL for many programs and goes on for others, so both are told.
/// </summary>
internal sealed class MemberName
{
    /// <summary>Bytes at the end of a name that are told.</summary>
    public const int BytesMax = 512;

    private readonly ByteTail _name = new(BytesMax);
    private readonly ByteTail _dropped = new(BytesMax);
    private bool _hasNul;

    public void Begin()
    {
        _name.Clear();
        _dropped.Clear();
        _hasNul = false;
    }

    /// <summary>Takes the next bytes of the name.</summary>
    public void Take(ReadOnlySpan<byte> bytes, IArchiveHandler handler)
    {
        int nul = _hasNul ? -1 : bytes.IndexOf((byte)0);
        if (nul >= 0)
        {
            Append(bytes[..nul]);
            handler.OnMember(_name.Bytes);
            _hasNul = true;
            bytes = bytes[nul..];
        }

        Append(bytes);
    }

    /// <summary>The name has ended.</summary>
    public void End(IArchiveHandler handler) => handler.OnMember(_name.Bytes);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.LastIndexOfAnyExcept((byte)' ', (byte)'.') + 1;
        if (end > 0)
        {
            _name.Append(_dropped.Bytes);
            _name.Append(bytes[..end]);
            _dropped.Clear();
        }

        _dropped.Append(bytes[end..]);
    }
}
