namespace EdgeSmtp.Abstractions;

/// <summary>Points that filters gave under one name.</summary>
/// <param name="Name">Name, such as that of the list.</param>
/// <param name="Value">Points; negative ones speak for the client.</param>
public readonly record struct NamedScore(string Name, double Value);
