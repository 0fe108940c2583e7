namespace EdgeSmtp.Filters.Recipients.Selectors;

/// <summary>One line: which domains, and who knows their recipients. The syntax is that of Spamcontrol's <c>control/recipients</c>, with names of backends beside file names.</summary>
/// <param name="Text">As configured.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Selector">For which domains.</param>
/// <param name="Target">Name of the backend, path of the cdb, or command of the program; empty for the others.</param>
internal sealed record SelectorLine(string Text, LineKind Kind, DomainSelector Selector, string Target)
{
    private const string CdbSuffix = ".cdb";

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line; neither empty nor a comment.</param>
    /// <param name="backends">Names of backends.</param>
    /// <param name="error">What is wrong; <c>null</c> when nothing is.</param>
    public static SelectorLine? Parse(string text, IReadOnlyCollection<string> backends, out string? error)
    {
        string line = text.Trim();
        if (line.StartsWith('!'))
        {
            return ParseWild(line, out error);
        }

        // A program's arguments may hold colons, and a path may hold bars; whichever comes first separates.
        int end = line.AsSpan().IndexOfAny(':', '|');
        string selector = end < 0 ? "*" : line[..end].Trim();
        string target = end < 0 ? line : line[(end + 1)..].Trim();
        if (DomainSelector.Parse(selector) is not { } domains)
        {
            error = $"'{line}': '{selector}' is not a domain, @domain or *";
            return null;
        }

        if (target.Length == 0)
        {
            error = $"'{line}': names no backend";
            return null;
        }

        error = null;
        if (end >= 0 && line[end] == '|')
        {
            return new SelectorLine(line, LineKind.Program, domains, target);
        }

        if (backends.Contains(target))
        {
            return new SelectorLine(line, LineKind.Backend, domains, target);
        }

        if (target.EndsWith(CdbSuffix, StringComparison.Ordinal))
        {
            return new SelectorLine(line, LineKind.CdbFile, domains, target);
        }

        error = $"'{line}': there is no backend '{target}' in Backends, and it is no file that ends in {CdbSuffix}";
        return null;
    }

    private static SelectorLine? ParseWild(string line, out string? error)
    {
        string selector = line[1..].Trim();
        error = null;
        if (selector == "*")
        {
            return new SelectorLine(line, LineKind.PassUnlisted, DomainSelector.Any, string.Empty);
        }

        if (DomainSelector.Parse(selector) is { } domains)
        {
            return new SelectorLine(line, LineKind.Wild, domains, string.Empty);
        }

        error = $"'{line}': '{selector}' is not a domain, @domain or *";
        return null;
    }
}
