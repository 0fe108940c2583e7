using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>
/// A list of paths as the bad* files of qmail have them: <c>user@dom</c> and <c>@dom</c>, compared without case; everything else is a wildmat pattern, which minds case, of which
/// the last match wins, and which <c>!pattern</c> takes back. Immutable.
/// </summary>
public sealed class MailPathList
{
    private readonly HashSet<string> _entries;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _domains;
    private readonly WildMatList _patterns;
    private readonly string? _nullPattern;

    private MailPathList(HashSet<string> entries, WildMatList patterns, string? nullPattern)
    {
        _entries = entries;
        _domains = entries.GetAlternateLookup<ReadOnlySpan<char>>();
        _patterns = patterns;
        _nullPattern = nullPattern;
    }

    /// <summary>Reads a list.</summary>
    /// <param name="lines">Lines without comments.</param>
    /// <param name="errors">Takes what is wrong, each with its line.</param>
    public static MailPathList Parse(IEnumerable<string> lines, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(errors);
        HashSet<string> entries = new(StringComparer.Ordinal);
        List<string> patterns = [];
        string? nullPattern = null;
        foreach (string line in lines)
        {
            if (MailPathEntry.KeyOf(line) is { } key && !line.StartsWith('!'))
            {
                entries.Add(key);
            }
            else if (line.StartsWith('@') && !MailPathEntry.IsPattern(line))
            {
                errors.Add($"'{line}': is no domain");
            }
            else if (line == "!")
            {
                // It takes back what caught the null path, and can match nothing else.
                nullPattern = null;
            }
            else
            {
                patterns.Add(line);
                nullPattern = CatchesNull(line) switch { true => line, false => null, _ => nullPattern };
            }
        }

        return new MailPathList(entries, WildMatList.Parse(patterns, ignoreCase: false, errors), nullPattern);
    }

    /// <summary>The exact line that names a path or its domain.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Its key; <c>null</c> when there is none.</returns>
    public string? FindEntry(MailPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _entries.Count > 0 && path.DomainALabel.Length > 0
            && (_entries.TryGetValue(path.Key, out string? entry) || _domains.TryGetValue(MailPathEntry.DomainKeyOf(path), out entry)) ? entry : null;
    }

    /// <summary>The pattern that catches a path. It sees <see cref="MailPathText"/>.</summary>
    /// <param name="path">The path; the null path has the empty text.</param>
    /// <returns>The pattern; <c>null</c> when none does.</returns>
    public string? FindPattern(MailPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.IsNull || _patterns.Count == 0)
        {
            return path.IsNull ? _nullPattern : null;
        }

        Span<char> text = stackalloc char[MailPathText.LengthMax];
        return _patterns.Find(text[..MailPathText.Write(path, text)])?.Text;
    }

    /// <returns><c>true</c>: it catches the null path; <c>false</c>: it takes that back; <c>null</c>: it does not match it.</returns>
    private static bool? CatchesNull(string line)
    {
        bool negated = line.StartsWith('!');
        return WildMat.TryParse(negated ? line[1..] : line, ignoreCase: false, out WildMat? pattern, out _) && pattern.IsMatch([]) ? !negated : null;
    }
}
