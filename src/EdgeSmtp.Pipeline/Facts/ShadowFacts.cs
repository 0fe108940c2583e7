using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Facts;

/// <summary>Facts that filters in shadow published about one subject.</summary>
internal sealed class ShadowFacts
{
    private readonly ConcurrentDictionary<FactKey, object?> _facts = new();

    public void Write(FactKey key, object? value) => _facts[key] = value;

    public bool TryRead(FactKey key, out object? value) => _facts.TryGetValue(key, out value);
}
