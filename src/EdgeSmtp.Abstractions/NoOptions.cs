namespace EdgeSmtp.Abstractions;

/// <summary>Options of a filter that has none.</summary>
public sealed class NoOptions;
