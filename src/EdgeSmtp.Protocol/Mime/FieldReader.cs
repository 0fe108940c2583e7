namespace EdgeSmtp.Protocol.Mime;

/// <summary>Reads a structured field that was unfolded: tokens, quoted strings, and the comments and white space between them (RFC 5322 §3.2).</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _value = value;
    private int _at;

    /// <summary>Whether a comment was skipped.</summary>
    public bool HasComment { get; private set; }

    public readonly bool IsAtEnd => _at >= _value.Length;

    public readonly byte Next => _value[_at];

    public void Skip() => _at++;

    /// <summary>Skips white space and comments, which nest. An open comment reaches to the end.</summary>
    public void SkipBlanks()
    {
        int depth = 0;
        for (; _at < _value.Length; _at++)
        {
            byte b = _value[_at];
            if (b == '(')
            {
                depth++;
                HasComment = true;
            }
            else if (depth > 0)
            {
                if (b == ')') depth--;
                else if (b == '\\') _at++;
            }
            else if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return;
            }
        }

        _at = Math.Min(_at, _value.Length);
    }

    /// <summary>Reads up to white space or a special character (RFC 2045 §5.1); empty when there is one at once.</summary>
    public ReadOnlySpan<byte> Token()
    {
        int start = _at;
        while (_at < _value.Length && !IsSpecial(_value[_at])) _at++;
        return _value[start.._at];
    }

    /// <summary>Reads up to a semicolon, which stays, and drops white space at both ends.</summary>
    public ReadOnlySpan<byte> UpToSemicolon()
    {
        ReadOnlySpan<byte> rest = _value[_at..];
        int end = rest.IndexOf((byte)';');
        _at = end < 0 ? _value.Length : _at + end;
        return (end < 0 ? rest : rest[..end]).Trim(" \t"u8);
    }

    /// <summary>Reads a quoted string whose opening quote comes next.</summary>
    /// <param name="isClosed">Whether it has its closing quote; without one it reaches to the end.</param>
    /// <returns>What is between the quotes, with its backslashes.</returns>
    public ReadOnlySpan<byte> QuotedString(out bool isClosed)
    {
        int start = ++_at;
        isClosed = false;
        for (; _at < _value.Length; _at++)
        {
            if (_value[_at] == '\\')
            {
                _at++;
            }
            else if (_value[_at] == '"')
            {
                isClosed = true;
                return _value[start.._at++];
            }
        }

        _at = _value.Length;
        return _value[start..];
    }

    public static bool IsSpecial(byte b) => b is <= (byte)' ' or 0x7F || "()<>@,;:\\\"/[]?="u8.Contains(b);
}
