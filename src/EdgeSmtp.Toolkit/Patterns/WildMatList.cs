namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>A list of patterns where the last match wins and <c>!pattern</c> takes a match back: write the general ones first. Immutable.</summary>
public sealed class WildMatList
{
    private readonly (WildMat Pattern, bool Negated)[] _patterns;

    private WildMatList((WildMat Pattern, bool Negated)[] patterns) => _patterns = patterns;

    /// <summary>Matches nothing.</summary>
    public static WildMatList Empty { get; } = new([]);

    /// <summary>How many patterns.</summary>
    public int Count => _patterns.Length;

    /// <summary>Reads a list.</summary>
    /// <param name="lines">One pattern each, without comments and empty lines.</param>
    /// <param name="ignoreCase">See <see cref="WildMat.TryParse"/>.</param>
    /// <param name="errors">Takes what is wrong, each with its line.</param>
    /// <returns>The list of the patterns that are right.</returns>
    public static WildMatList Parse(IEnumerable<string> lines, bool ignoreCase, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(errors);
        List<(WildMat Pattern, bool Negated)> patterns = [];
        foreach (string line in lines)
        {
            bool negated = line.StartsWith('!');
            if (WildMat.TryParse(negated ? line[1..] : line, ignoreCase, out WildMat? pattern, out string? error))
            {
                patterns.Add((pattern, negated));
            }
            else
            {
                errors.Add($"'{line}': {error}");
            }
        }

        return patterns.Count == 0 ? Empty : new WildMatList([.. patterns]);
    }

    /// <summary>The pattern that decides, for the log; <c>null</c> when the text is not matched.</summary>
    /// <param name="text">The text.</param>
    public WildMat? Find(ReadOnlySpan<char> text)
    {
        // The last match wins: from the end, the first match decides.
        for (int i = _patterns.Length - 1; i >= 0; i--)
        {
            if (_patterns[i].Pattern.IsMatch(text))
            {
                return _patterns[i].Negated ? null : _patterns[i].Pattern;
            }
        }

        return null;
    }
}
