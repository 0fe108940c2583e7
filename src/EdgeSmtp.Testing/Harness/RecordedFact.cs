using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Testing.Harness;

/// <summary>One fact that a filter published.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The finding.</param>
public sealed record RecordedFact(FilterSubject Subject, FactKey Key, object? Value);
