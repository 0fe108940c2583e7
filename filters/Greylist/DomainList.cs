using System.Buffers;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>Domains: exact ones, all below one, or every one. Immutable.</summary>
internal sealed class DomainList
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _entries;
    private readonly bool _hasAny;
    private readonly bool _isEverything;

    public DomainList(IReadOnlyList<string> entries)
    {
        _entries = new HashSet<string>(entries.Select(static entry => entry.TrimEnd('.')), StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _hasAny = entries.Count > 0;
        _isEverything = entries.Contains("*");
    }

    /// <summary>Whether an entry can be read.</summary>
    public static bool IsEntry(string? entry)
    {
        if (entry == "*")
        {
            return true;
        }

        ReadOnlySpan<char> name = entry.AsSpan().TrimEnd('.');
        name = name.StartsWith('.') ? name[1..] : name;
        return !name.IsEmpty && name.Length <= PathLimits.DomainBytesMax && name[0] != '.' && !name.ContainsAnyExcept(NameCharacters);
    }

    /// <summary>Whether a domain is listed.</summary>
    /// <param name="domain">In lower-case A-labels; empty for a postmaster without domain.</param>
    public bool Contains(ReadOnlySpan<char> domain)
    {
        if (!_hasAny || _isEverything || _entries.Contains(domain))
        {
            return _hasAny;
        }

        for (int dot = domain.IndexOf('.'); dot >= 0;)
        {
            if (_entries.Contains(domain[dot..]))
            {
                return true;
            }

            int next = domain[(dot + 1)..].IndexOf('.');
            dot = next < 0 ? -1 : dot + 1 + next;
        }

        return false;
    }
}
