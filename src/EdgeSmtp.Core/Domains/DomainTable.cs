using System.Collections.Frozen;

namespace EdgeSmtp.Core.Domains;

/// <summary>Our domains. Immutable; a reload makes a new one.</summary>
/// <param name="entries">Entries with distinct names.</param>
/// <param name="sources">Asked in their order for what is no entry.</param>
public sealed class DomainTable(IEnumerable<DomainEntry> entries, params IReadOnlyList<IDomainSource> sources)
{
    private readonly FrozenDictionary<string, DomainEntry> _entries = entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);
    private readonly IDomainSource[] _sources = [.. sources];

    /// <summary>All entries, without those of the sources.</summary>
    public IReadOnlyCollection<DomainEntry> Entries => _entries.Values;

    /// <summary>
    /// Finds the entry for a domain: the exact name, then <c>.parent</c> of each parent, nearest first; in the entries, then in each source. Anchored at label boundaries.
    /// </summary>
    /// <param name="domain">In lower-case A-labels.</param>
    /// <returns>The entry, or <c>null</c>: not ours.</returns>
    /// <exception cref="InvalidDataException">A source contradicts itself: nobody knows.</exception>
    public DomainEntry? Find(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (_entries.TryGetValue(domain, out DomainEntry? entry))
        {
            return entry;
        }

        for (int dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (_entries.TryGetValue(domain[dot..], out entry))
            {
                return entry;
            }
        }

        foreach (IDomainSource source in _sources)
        {
            if (Find(source, domain) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static DomainEntry? Find(IDomainSource source, string domain)
    {
        DomainEntry? entry = source.Find(domain);
        for (int dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0 && entry is null; dot = domain.IndexOf('.', dot + 1))
        {
            entry = source.Find(domain[dot..]);
        }

        return entry;
    }
}
