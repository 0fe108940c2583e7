using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Reads a filter as text (RFC 4515 §3), with <c>{address}</c>, <c>{local}</c> and <c>{domain}</c> where assertion values stand.</summary>
internal sealed class LdapFilterParser
{
    private const int LengthMax = 2_000;
    private const int DepthMax = 32;

    private static readonly (string Name, LdapAddressPart Part)[] Placeholders =
        [("{address}", LdapAddressPart.Address), ("{local}", LdapAddressPart.Local), ("{domain}", LdapAddressPart.Domain)];

    private readonly string _text;
    private int _at;
    private string? _error;

    private LdapFilterParser(string text) => _text = text;

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="filter">What it means.</param>
    /// <param name="error">What is wrong.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out LdapFilterNode? filter, [NotNullWhen(false)] out string? error)
    {
        LdapFilterParser parser = new(text);
        filter = text.Length > LengthMax ? parser.Fail($"is longer than {LengthMax} characters") : parser.Filter(0);
        if (filter is not null && parser._at < text.Length)
        {
            filter = parser.Fail($"goes on after its end, at '{text[parser._at..]}'");
        }

        error = parser._error;
        return filter is not null;
    }

    // filter = LPAREN filtercomp RPAREN
    private LdapFilterNode? Filter(int depth)
    {
        if (depth > DepthMax)
        {
            return Fail($"is nested deeper than {DepthMax}");
        }

        if (!Take('('))
        {
            return Expected("(");
        }

        LdapFilterNode? node = Peek() switch
        {
            '&' => List(LdapFilterKind.And, depth),
            '|' => List(LdapFilterKind.Or, depth),
            '!' => Not(depth),
            _ => Item(),
        };
        return node is null || Take(')') ? node : Expected(")");
    }

    private LdapFilterNode? List(LdapFilterKind kind, int depth)
    {
        _at++;
        List<LdapFilterNode> children = [];
        do
        {
            if (Filter(depth + 1) is not { } child)
            {
                return null;
            }

            children.Add(child);
        }
        while (Peek() == '(');

        return new LdapFilterNode(kind, string.Empty, children, []);
    }

    private LdapFilterNode? Not(int depth)
    {
        _at++;
        return Filter(depth + 1) is { } child ? new LdapFilterNode(LdapFilterKind.Not, string.Empty, [child], []) : null;
    }

    // item = attr filtertype assertionvalue, or attr:dn:rule:=value
    private LdapFilterNode? Item()
    {
        int start = _at;
        while (Peek() is { } c && (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ';' or ':'))
        {
            _at++;
        }

        string attribute = _text[start.._at];
        LdapFilterKind kind = Peek() switch
        {
            '~' => LdapFilterKind.Approximate,
            '>' => LdapFilterKind.GreaterOrEqual,
            '<' => LdapFilterKind.LessOrEqual,
            _ => attribute.EndsWith(':') ? LdapFilterKind.Extensible : LdapFilterKind.Equality,
        };
        if (kind is LdapFilterKind.Approximate or LdapFilterKind.GreaterOrEqual or LdapFilterKind.LessOrEqual)
        {
            _at++;
        }

        if (!IsAttribute(attribute, kind))
        {
            return Fail($"needs an attribute at '{_text[start..]}'");
        }

        return Take('=') ? Value(kind, attribute.TrimEnd(':')) : Expected("=");
    }

    // attributedescription = oid or name, with options; of an extensible match [":dn"] [":" rule] follow, and something must be left to match by.
    private static bool IsAttribute(string attribute, LdapFilterKind kind)
    {
        if (kind != LdapFilterKind.Extensible)
        {
            return attribute.Length > 0 && char.IsAsciiLetterOrDigit(attribute[0]) && !attribute.Contains(':', StringComparison.Ordinal);
        }

        string[] parts = attribute[..^1].Split(':');
        return parts.Length switch
        {
            1 => parts[0].Length > 0,
            2 => parts[1].Length > 0 && (parts[0].Length > 0 || parts[1] != "dn"),
            3 => parts[1] == "dn" && parts[2].Length > 0,
            _ => false,
        };
    }

    private LdapFilterNode? Value(LdapFilterKind kind, string attribute)
    {
        List<IReadOnlyList<LdapFilterText>> values = [];
        List<LdapFilterText> texts = [];
        using MemoryStream octets = new();
        while (Peek() is { } c && c != ')')
        {
            if (c == '*' && kind == LdapFilterKind.Equality)
            {
                _at++;
                Flush(octets, texts);
                values.Add(texts);
                texts = [];
            }
            else if (c == '{')
            {
                Flush(octets, texts);
                if (!TakePlaceholder(texts))
                {
                    return Fail($"has '{_text[_at..]}' where {{address}}, {{local}} or {{domain}} could stand; a brace itself is written \\7b");
                }
            }
            else if (!TakeOctets(c, octets))
            {
                return null;
            }
        }

        Flush(octets, texts);
        values.Add(texts);
        LdapFilterKind found = values.Count == 1 ? kind : values.All(static value => value.Count == 0) ? LdapFilterKind.Present : LdapFilterKind.Substrings;
        return new LdapFilterNode(found, attribute, [], values);
    }

    private bool TakeOctets(char c, MemoryStream octets)
    {
        switch (c)
        {
            case '\\' when _at + 2 < _text.Length && char.IsAsciiHexDigit(_text[_at + 1]) && char.IsAsciiHexDigit(_text[_at + 2]):
                octets.WriteByte(Convert.ToByte(_text.Substring(_at + 1, 2), 16));
                _at += 3;
                return true;
            case '\\':
                Fail($"has a \\ without two hexadecimal digits at '{_text[_at..]}'");
                return false;
            case '(' or '*' or '}' or '\0':
                Fail($"has '{c}' in a value; it is written \\{(int)c:x2}");
                return false;
            default:
                Rune.DecodeFromUtf16(_text.AsSpan(_at), out Rune rune, out int consumed);
                _at += consumed;
                Span<byte> utf8 = stackalloc byte[4];
                octets.Write(utf8[..rune.EncodeToUtf8(utf8)]);
                return true;
        }
    }

    private static void Flush(MemoryStream octets, List<LdapFilterText> texts)
    {
        if (octets.Length > 0)
        {
            texts.Add(new LdapFilterText(octets.ToArray(), LdapAddressPart.None));
            octets.SetLength(0);
        }
    }

    private bool TakePlaceholder(List<LdapFilterText> texts)
    {
        foreach ((string name, LdapAddressPart part) in Placeholders)
        {
            if (string.CompareOrdinal(_text, _at, name, 0, name.Length) == 0)
            {
                texts.Add(new LdapFilterText([], part));
                _at += name.Length;
                return true;
            }
        }

        return false;
    }

    private char? Peek() => _at < _text.Length ? _text[_at] : null;

    private bool Take(char c)
    {
        if (Peek() != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private LdapFilterNode? Expected(string what) => Fail(_at < _text.Length ? $"needs '{what}' at '{_text[_at..]}'" : $"needs '{what}' at its end");

    private LdapFilterNode? Fail(string error)
    {
        _error ??= error;
        return null;
    }
}
