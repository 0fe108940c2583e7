namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>Reads the authserv-id at the start of a field (RFC 8601 §2.2): a token or quoted-string behind comments and folding. Linear in the field; allocates nothing.</summary>
internal static class AuthservIdReader
{
    private static readonly System.Buffers.SearchValues<byte> Ends = System.Buffers.SearchValues.Create("()<>@,;:\\\"/[]?= \t\r\n"u8);

    /// <summary>Reads it.</summary>
    /// <param name="value">What follows the colon, folding included.</param>
    /// <param name="id">The id, without quotes.</param>
    /// <returns><c>false</c> when there is none, or when it is written so that others may read it otherwise.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> id)
    {
        id = default;
        if (!TrySkipBlanks(ref value) || value.IsEmpty)
        {
            return false;
        }

        if (value[0] == '"')
        {
            int close = value[1..].IndexOf((byte)'"');
            id = close < 0 ? default : value.Slice(1, close);

            // A quoted-pair, folding or a comment sign within the quotes has no honest use in a name, and a reader that takes comments out first sees another name.
            return !id.IsEmpty && id.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && id.IndexOfAny(Ends) < 0 && EndsBehindId(value[(close + 2)..]);
        }

        int end = value.IndexOfAny(Ends);
        id = end < 0 ? value : value[..end];
        return !id.IsEmpty && id.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && EndsBehindId(value[id.Length..]);
    }

    /// <summary>
    /// Whether only what may follow an id follows it: blanks, comments, a version, and then the semicolon before the first result (RFC 8601 §2.2). "a@b" or "a/b" is no id, and of
    /// "a(b).c" a reader that takes comments out first sees another.
    /// </summary>
    private static bool EndsBehindId(ReadOnlySpan<byte> rest)
    {
        int before = rest.Length;
        if (!TrySkipBlanks(ref rest))
        {
            return false;
        }

        if (rest.Length < before)
        {
            rest = rest.TrimStart("0123456789"u8);
        }

        return TrySkipBlanks(ref rest) && (rest.IsEmpty || rest[0] == (byte)';');
    }

    /// <summary>Skips white space, folding and comments, which may be nested (RFC 5322 §3.2.2).</summary>
    private static bool TrySkipBlanks(ref ReadOnlySpan<byte> value)
    {
        int depth = 0;
        for (int i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when depth > 0:
                    depth--;
                    break;
                case (byte)'\\' when depth > 0:
                    i++;
                    break;
                default:
                    if (depth == 0)
                    {
                        value = value[i..];
                        return true;
                    }

                    break;
            }
        }

        value = default;
        return depth == 0;
    }
}
