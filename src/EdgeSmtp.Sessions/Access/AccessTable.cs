using System.Collections.Frozen;

namespace EdgeSmtp.Sessions.Access;

/// <summary>The rules of a configuration by name. Part of its snapshot: a reload replaces rules, profiles and filters as one.</summary>
/// <param name="rules">Rules by the name that listeners give. Owned.</param>
public sealed class AccessTable(IEnumerable<KeyValuePair<string, AccessRules>> rules) : IDisposable
{
    private readonly FrozenDictionary<string, AccessRules> _rules = rules.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No rules.</summary>
    public static AccessTable Empty { get; } = new([]);

    /// <summary>All names.</summary>
    public IEnumerable<string> Names => _rules.Keys;

    /// <summary>Finds rules.</summary>
    /// <param name="name">The name; <c>null</c> finds nothing.</param>
    /// <returns><c>null</c> when there are none of that name: everybody is allowed.</returns>
    public AccessRules? Find(string? name) => name is null ? null : _rules.GetValueOrDefault(name);

    /// <summary>Closes the files. Only when no connection looks anything up any more.</summary>
    public void Dispose()
    {
        foreach (AccessRules rules in _rules.Values)
        {
            rules.Dispose();
        }
    }
}
