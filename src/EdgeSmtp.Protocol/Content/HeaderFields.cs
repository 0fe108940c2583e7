namespace EdgeSmtp.Protocol.Content;

/// <summary>Walks the fields of a complete header block, in order (RFC 5322 §2.2). Allocates nothing.</summary>
/// <remarks>The block ends at its last byte or at a blank line. Every byte before that belongs to exactly one field, so that the block can be put together again from them.</remarks>
public ref struct HeaderFields
{
    private readonly ReadOnlySpan<byte> _block;
    private int _next;

    /// <summary>Begins at the first field.</summary>
    /// <param name="block">The header, with or without the blank line and what follows it.</param>
    public HeaderFields(ReadOnlySpan<byte> block)
    {
        _block = block;
        _next = 0;
        Current = default;
    }

    /// <summary>The field that <see cref="MoveNext"/> found.</summary>
    public HeaderFieldView Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly HeaderFields GetEnumerator() => new(_block);

    /// <summary>Goes to the next field.</summary>
    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _block[_next..];
        if (rest.IsEmpty || rest.StartsWith("\r\n"u8)) return false;
        int length = LineLength(rest);
        int firstLine = length;
        // RFC 5322 §2.2.3: lines that begin with white space continue the field.
        while (length < rest.Length && rest[length] is (byte)' ' or (byte)'\t') length += LineLength(rest[length..]);
        Current = View(rest[..length], firstLine);
        _next += length;
        return true;
    }

    /// <summary>How many fields of a name there are.</summary>
    public static int Count(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name)
    {
        int count = 0;
        foreach (HeaderFieldView field in new HeaderFields(block))
            if (field.HasName(name)) count++;
        return count;
    }

    /// <summary>Finds a field by name and occurrence.</summary>
    /// <param name="block">The header.</param>
    /// <param name="name">The name, in any case.</param>
    /// <param name="occurrence">1 for the topmost, 2 for the one below; −1 for the lowest. Never 0.</param>
    /// <param name="field">The field.</param>
    /// <returns>False when there are fewer.</returns>
    public static bool TryFind(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name, int occurrence, out HeaderFieldView field)
    {
        ArgumentOutOfRangeException.ThrowIfZero(occurrence);
        if (occurrence < 0) occurrence += Count(block, name) + 1;
        if (occurrence > 0)
        {
            foreach (HeaderFieldView candidate in new HeaderFields(block))
            {
                if (!candidate.HasName(name) || --occurrence > 0) continue;
                field = candidate;
                return true;
            }
        }

        field = default;
        return false;
    }

    private static int LineLength(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        return end < 0 ? text.Length : end + 1;
    }

    private readonly HeaderFieldView View(ReadOnlySpan<byte> raw, int firstLine)
    {
        int colon = raw[..firstLine].IndexOf((byte)':');
        if (colon > 0)
        {
            // RFC 5322 §4.5 (obs-optional): white space may stand between name and colon.
            ReadOnlySpan<byte> name = raw[..colon].TrimEnd(" \t"u8);
            if (!name.IsEmpty && name.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) < 0) return new HeaderFieldView(raw, _next, name.Length, colon + 1);
        }

        return new HeaderFieldView(raw, _next, 0, 0);
    }
}
