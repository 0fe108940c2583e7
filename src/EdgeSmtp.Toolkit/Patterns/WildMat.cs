using System.Diagnostics.CodeAnalysis;

namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>
/// A wildmat pattern, as the bad* files of qmail have it: <c>*</c> any string, <c>?</c> exactly one character, <c>[set]</c>, <c>[^set]</c> with ranges,
/// <c>\x</c> the character x. It covers the whole text. Immutable.
/// </summary>
/// <remarks>Takes at most pattern length × text length steps and no memory: only the last <c>*</c> is ever tried again, so there is no input that makes it explode.</remarks>
public sealed class WildMat
{
    /// <summary>Longest pattern, in characters.</summary>
    public const int PatternLengthMax = 512;

    private readonly PatternToken[] _tokens;
    private readonly bool _ignoreCase;

    private WildMat(string text, PatternToken[] tokens, bool ignoreCase)
    {
        Text = text;
        _tokens = tokens;
        _ignoreCase = ignoreCase;
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern; not empty.</param>
    /// <param name="ignoreCase">Whether <c>a</c> stands for <c>A</c> too: for host and domain names, which have no case (RFC 5321 §2.4).</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="error">What is wrong with it, for the operator.</param>
    public static bool TryParse(string text, bool ignoreCase, [NotNullWhen(true)] out WildMat? pattern, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = null;
        List<PatternToken> tokens = [];
        error = text.Length switch
        {
            0 => "empty pattern",
            > PatternLengthMax => $"pattern longer than {PatternLengthMax} characters",
            _ => new PatternReader(text).Read(tokens),
        };
        if (error is not null)
        {
            return false;
        }

        pattern = new WildMat(text, [.. tokens], ignoreCase);
        return true;
    }

    /// <summary>Whether the pattern covers the whole text.</summary>
    /// <param name="text">The text.</param>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        int token = 0;
        int at = 0;
        int lastStar = -1;
        int starredTo = 0;
        while (at < text.Length)
        {
            if (token < _tokens.Length && _tokens[token].Kind == PatternToken.Kinds.AnyString)
            {
                lastStar = token++;
                starredTo = at;
            }
            else if (token < _tokens.Length && _tokens[token].Matches(text[at], _ignoreCase))
            {
                token++;
                at++;
            }
            else if (lastStar >= 0)
            {
                // Let the last star take one character more. An earlier one never needs to: what it took already fits as little as can be.
                token = lastStar + 1;
                at = ++starredTo;
            }
            else
            {
                return false;
            }
        }

        return token == _tokens.Length || (token == _tokens.Length - 1 && _tokens[token].Kind == PatternToken.Kinds.AnyString);
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}
