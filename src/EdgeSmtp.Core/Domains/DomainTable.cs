using System.Collections.Frozen;

namespace EdgeSmtp.Core.Domains;

/// <summary>Our domains. Immutable; a reload makes a new one.</summary>
/// <param name="entries">Entries with distinct names.</param>
public sealed class DomainTable(IEnumerable<DomainEntry> entries)
{
    private readonly FrozenDictionary<string, DomainEntry> _entries = entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>All entries.</summary>
    public IReadOnlyCollection<DomainEntry> Entries => _entries.Values;

    /// <summary>Finds the entry for a domain: the exact name, then <c>.parent</c> of each parent, nearest first. Anchored at label boundaries.</summary>
    /// <param name="domain">In lower-case A-labels.</param>
    /// <returns>The entry, or <c>null</c>: not ours.</returns>
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

        return null;
    }
}
