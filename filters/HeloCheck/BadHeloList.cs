using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>The bad names: exact ones, patterns, and names exempted from every check. Immutable; names have no case (RFC 5321 §2.4).</summary>
internal sealed class BadHeloList
{
    private static readonly System.Buffers.SearchValues<char> PatternCharacters = System.Buffers.SearchValues.Create("*?[\\");

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _exempt;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly WildMatList _patterns;

    private BadHeloList(HashSet<string> exempt, HashSet<string> exact, WildMatList patterns)
    {
        _exempt = exempt.GetAlternateLookup<ReadOnlySpan<char>>();
        _exact = exact.GetAlternateLookup<ReadOnlySpan<char>>();
        _patterns = patterns;
    }

    /// <summary>Reads a list.</summary>
    public static BadHeloList Parse(IEnumerable<string> lines, ICollection<string> errors)
    {
        HashSet<string> exempt = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> exact = new(StringComparer.OrdinalIgnoreCase);
        List<string> patterns = [];
        foreach (string line in lines)
        {
            if (line.Length > 1 && line.EndsWith('!') && !line.StartsWith('!'))
            {
                exempt.Add(line[..^1]);
                continue;
            }

            // An address literal opens with the bracket of a set, and is meant as it stands.
            bool literal = line.StartsWith('[') && line.EndsWith(']');
            if (!literal)
            {
                patterns.Add(line);
            }

            if (literal || !line.AsSpan().ContainsAny(PatternCharacters))
            {
                exact.Add(line);
            }
        }

        return new BadHeloList(exempt, exact, WildMatList.Parse(patterns, ignoreCase: true, errors));
    }

    /// <summary>Whether the name is exempt from every check.</summary>
    public bool Exempts(ReadOnlySpan<char> name) => _exempt.Contains(name);

    /// <summary>What the name was caught by; <c>null</c> when it is not bad. An exact entry needs no order: only <c>name!</c> is stronger.</summary>
    public string? Find(ReadOnlySpan<char> name) => _exact.TryGetValue(name, out string? entry) ? entry : _patterns.Find(name)?.Text;
}
