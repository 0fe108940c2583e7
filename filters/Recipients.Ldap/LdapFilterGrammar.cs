namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Checks a filter template against RFC 4515 §3 and cuts it at its placeholders, so that a filter that the directory would refuse is found at start.</summary>
internal sealed class LdapFilterGrammar(string text)
{
    private const int DepthMax = 32;

    private static readonly (string Name, LdapAddressPart Part)[] Placeholders =
        [("{address}", LdapAddressPart.Address), ("{local}", LdapAddressPart.Local), ("{domain}", LdapAddressPart.Domain)];

    private int _at;
    private int _pieceStart;

    /// <summary>The pieces, once checked.</summary>
    public List<LdapFilterPiece> Pieces { get; } = [];

    /// <summary>What is wrong, or <c>null</c>.</summary>
    public string? Check()
    {
        string? error = Filter(0);
        if (error is null && _at < text.Length)
        {
            error = $"goes on after its end, at '{text[_at..]}'";
        }

        Pieces.Add(new LdapFilterPiece(text[_pieceStart..], LdapAddressPart.None));
        return error;
    }

    // filter = LPAREN filtercomp RPAREN
    private string? Filter(int depth)
    {
        if (depth > DepthMax)
        {
            return $"is nested deeper than {DepthMax}";
        }

        if (!Take('('))
        {
            return Expected("(");
        }

        string? error = Peek() switch
        {
            '&' or '|' => List(depth),
            '!' => Not(depth),
            _ => Item(),
        };
        return error ?? (Take(')') ? null : Expected(")"));
    }

    private string? List(int depth)
    {
        _at++;
        do
        {
            if (Filter(depth + 1) is { } error)
            {
                return error;
            }
        }
        while (Peek() == '(');

        return null;
    }

    private string? Not(int depth)
    {
        _at++;
        return Filter(depth + 1);
    }

    // item = attr filtertype assertionvalue, and its extensible form attr:dn:rule:=value
    private string? Item()
    {
        int start = _at;
        while (Peek() is { } c && (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ';' or ':'))
        {
            _at++;
        }

        if (_at == start || text[start] is '-' or '.' or ';')
        {
            return $"needs an attribute at '{text[start..]}'";
        }

        if (Peek() is '~' or '<' or '>')
        {
            if (text[_at - 1] == ':')
            {
                return Expected("=");
            }

            _at++;
        }
        else if (text[start..(_at - 1)].Contains(':', StringComparison.Ordinal) && text[_at - 1] != ':')
        {
            return Expected(":=");
        }

        return Take('=') ? Value() : Expected("=");
    }

    private string? Value()
    {
        while (Peek() is { } c && c != ')')
        {
            switch (c)
            {
                case '{':
                    if (!TakePlaceholder())
                    {
                        return $"has '{text[_at..]}' where {{address}}, {{local}} or {{domain}} could stand; a brace itself is written \\7b";
                    }

                    break;
                case '\\':
                    if (_at + 2 >= text.Length || !char.IsAsciiHexDigit(text[_at + 1]) || !char.IsAsciiHexDigit(text[_at + 2]))
                    {
                        return $"has a \\ without two hexadecimal digits at '{text[_at..]}'";
                    }

                    _at += 3;
                    break;
                case '(' or '}' or '\0':
                    return $"has '{c}' in a value; it is written \\{(int)c:x2}";
                default:
                    _at++;
                    break;
            }
        }

        return null;
    }

    private bool TakePlaceholder()
    {
        foreach ((string name, LdapAddressPart part) in Placeholders)
        {
            if (string.CompareOrdinal(text, _at, name, 0, name.Length) == 0)
            {
                Pieces.Add(new LdapFilterPiece(text[_pieceStart.._at], part));
                _at += name.Length;
                _pieceStart = _at;
                return true;
            }
        }

        return false;
    }

    private char? Peek() => _at < text.Length ? text[_at] : null;

    private bool Take(char c)
    {
        if (Peek() != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private string Expected(string what) => _at < text.Length ? $"needs '{what}' at '{text[_at..]}'" : $"needs '{what}' at its end";
}
