namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>The <c>[…]</c> of a pattern: single characters and ranges, or everything but them.</summary>
internal sealed class CharacterSet(bool negated, IReadOnlyList<(char First, char Last)> ranges)
{
    private readonly (char First, char Last)[] _ranges = [.. ranges];

    public bool Contains(char character, bool ignoreCase)
    {
        bool found = InRanges(character) || (ignoreCase && (InRanges(char.ToLowerInvariant(character)) || InRanges(char.ToUpperInvariant(character))));
        return found != negated;
    }

    private bool InRanges(char character)
    {
        foreach ((char first, char last) in _ranges)
        {
            if (character >= first && character <= last)
            {
                return true;
            }
        }

        return false;
    }
}
