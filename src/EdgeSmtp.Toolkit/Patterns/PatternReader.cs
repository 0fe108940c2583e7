namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>Reads the text of a pattern into tokens.</summary>
internal ref struct PatternReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Reads everything.</summary>
    /// <param name="tokens">Takes the tokens.</param>
    /// <returns>What is wrong; <c>null</c> when nothing is.</returns>
    public string? Read(List<PatternToken> tokens)
    {
        while (_at < _text.Length)
        {
            char character = _text[_at++];
            switch (character)
            {
                case '*':
                    // Several in a row mean no more than one, and would cost more.
                    if (tokens.Count == 0 || tokens[^1].Kind != PatternToken.Kinds.AnyString)
                    {
                        tokens.Add(new PatternToken(PatternToken.Kinds.AnyString));
                    }

                    break;
                case '?':
                    tokens.Add(new PatternToken(PatternToken.Kinds.AnyOne));
                    break;
                case '[':
                    if (ReadSet() is not { } set)
                    {
                        return "'[' without ']'";
                    }

                    tokens.Add(new PatternToken(PatternToken.Kinds.Set, Set: set));
                    break;
                case '\\':
                    if (_at == _text.Length)
                    {
                        return "'\\' at the end";
                    }

                    tokens.Add(new PatternToken(PatternToken.Kinds.Literal, _text[_at++]));
                    break;
                default:
                    tokens.Add(new PatternToken(PatternToken.Kinds.Literal, character));
                    break;
            }
        }

        return null;
    }

    // As in wildmat(3): a ']' that stands first is a member, a '-' that stands first or last is one too, and '\' has no meaning in here.
    private CharacterSet? ReadSet()
    {
        bool negated = _at < _text.Length && _text[_at] == '^';
        _at += negated ? 1 : 0;
        List<(char First, char Last)> ranges = [];
        for (bool first = true; _at < _text.Length; first = false)
        {
            char character = _text[_at++];
            if (character == ']' && !first)
            {
                return new CharacterSet(negated, ranges);
            }

            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                char last = _text[_at + 1];
                ranges.Add(character <= last ? (character, last) : (last, character));
                _at += 2;
            }
            else
            {
                ranges.Add((character, character));
            }
        }

        return null;
    }
}
