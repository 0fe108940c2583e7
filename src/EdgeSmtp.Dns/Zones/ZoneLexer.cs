using System.Text;

namespace EdgeSmtp.Dns.Zones;

/// <summary>Cuts a zone file into entries and words (RFC 1035 §5.1): comments, quotes, escapes, parentheses.</summary>
internal sealed class ZoneLexer(string text)
{
    private readonly List<ZoneToken> _tokens = [];
    private int _at;
    private int _line = 1;

    /// <summary>The entries.</summary>
    public IEnumerable<ZoneLine> Read()
    {
        while (_at < text.Length)
        {
            int number = _line;
            bool hasOwner = text[_at] is not (' ' or '\t');
            ReadEntry();
            if (_tokens.Count > 0)
            {
                yield return new ZoneLine(number, hasOwner, [.. _tokens]);
                _tokens.Clear();
            }
        }
    }

    private void ReadEntry()
    {
        int depth = 0;
        while (_at < text.Length)
        {
            char c = text[_at];
            switch (c)
            {
                case '\n':
                    _at++;
                    _line++;
                    if (depth == 0)
                    {
                        return;
                    }

                    break;
                case ' ' or '\t' or '\r':
                    _at++;
                    break;
                case '(':
                    depth++;
                    _at++;
                    break;
                case ')':
                    depth = Math.Max(0, depth - 1);
                    _at++;
                    break;
                case ';':
                    int end = text.IndexOf('\n', _at);
                    _at = end < 0 ? text.Length : end;
                    break;
                case '"':
                    _at++;
                    ReadToken(isQuoted: true);
                    break;
                default:
                    ReadToken(isQuoted: false);
                    break;
            }
        }
    }

    private void ReadToken(bool isQuoted)
    {
        StringBuilder token = new();
        while (_at < text.Length)
        {
            char c = text[_at];
            if (isQuoted ? c == '"' : c is ' ' or '\t' or '\r' or '\n' or ';' or '(' or ')' or '"')
            {
                break;
            }

            _line += c == '\n' ? 1 : 0;
            token.Append(c == '\\' ? Escaped() : c);
            _at++;
        }

        _at += isQuoted ? 1 : 0;
        _tokens.Add(new ZoneToken(token.ToString(), isQuoted));
    }

    // \DDD is a byte, \X is X. Ends on the last character of the escape.
    private char Escaped()
    {
        if (_at + 3 < text.Length && byte.TryParse(text.AsSpan(_at + 1, 3), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out byte value))
        {
            _at += 3;
            return (char)value;
        }

        _at += _at + 1 < text.Length ? 1 : 0;
        return text[_at];
    }
}
