namespace EdgeSmtp.Protocol.Mime;

/// <summary>
/// The names of a part: <c>filename</c> of Content-Disposition, <c>name</c> of Content-Type, in the forms of RFC 2231 and RFC 2047 and in their own, and that of a uuencoded file. Decoded;
/// bytes of ASCII and UTF-8, and of other character sets as they are.
/// </summary>
public ref struct MimeNames
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Names one behind the other, each ended by a NUL.</summary>
    internal MimeNames(ReadOnlySpan<byte> names)
    {
        _rest = names;
        Current = default;
    }

    /// <summary>The name that <see cref="MoveNext"/> found; never empty.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether there is none.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly MimeNames GetEnumerator() => new(_rest);

    /// <summary>Goes to the next name.</summary>
    public bool MoveNext()
    {
        int end = _rest.IndexOf((byte)0);
        if (end < 0) return false;
        Current = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }
}
