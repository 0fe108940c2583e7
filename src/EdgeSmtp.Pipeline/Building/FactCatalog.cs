using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>The facts that a configuration can name: those that no filter owns, and those that its filters provide.</summary>
internal sealed class FactCatalog
{
    private static readonly FactKey[] Known = [KnownFacts.Relay, KnownFacts.Trusted, KnownFacts.TrustedForwarder, KnownFacts.SpfFailed, KnownFacts.Tagged, KnownFacts.Unscanned];

    private readonly Dictionary<string, FactKey> _byName = Known.ToDictionary(static fact => fact.Name, StringComparer.Ordinal);

    public static bool IsKnown(FactKey fact) => Array.IndexOf(Known, fact) >= 0;

    /// <summary>Registers what a filter provides.</summary>
    /// <returns><c>false</c> when another fact has the name.</returns>
    public bool TryAdd(FactKey fact) => _byName.TryAdd(fact.Name, fact) || ReferenceEquals(_byName[fact.Name], fact);

    public FactKey? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The fact that the driver sets when an annotating filter failed open.</summary>
    public static FactKey<bool> Unchecked(string instance) => new($"{instance}.unchecked", FactScope.Transaction);
}
