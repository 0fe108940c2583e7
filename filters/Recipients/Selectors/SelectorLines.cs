namespace EdgeSmtp.Filters.Recipients.Selectors;

/// <summary>Reads the lines as a whole.</summary>
internal static class SelectorLines
{
    /// <summary>Reads them. Empty ones and comments are left out.</summary>
    /// <param name="lines">As configured.</param>
    /// <param name="backends">Names of backends.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static IReadOnlyList<SelectorLine> Parse(IReadOnlyList<string> lines, IReadOnlyCollection<string> backends, ICollection<string> errors)
    {
        List<SelectorLine> parsed = [];
        foreach (string line in lines)
        {
            ReadOnlySpan<char> text = line.AsSpan().Trim();
            if (text.IsEmpty || text[0] == '#')
            {
                continue;
            }

            if (parsed.Count > 0 && parsed[^1].Kind == LineKind.PassUnlisted)
            {
                errors.Add($"'{line}': nothing can stand behind !*");
                break;
            }

            if (SelectorLine.Parse(line, backends, out string? error) is { } good)
            {
                parsed.Add(good);
            }
            else
            {
                errors.Add(error!);
            }
        }

        return parsed;
    }
}
