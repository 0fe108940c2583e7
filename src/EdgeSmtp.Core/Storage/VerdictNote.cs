namespace EdgeSmtp.Core.Storage;

/// <summary>Why a recipient's copy is in quarantine.</summary>
/// <param name="Reason">Token of the reason.</param>
/// <param name="Filter">Name of the filter instance that decided; <c>null</c> when it was the server.</param>
/// <param name="Detail">What it found, or <c>null</c>.</param>
public sealed record VerdictNote(string Reason, string? Filter, string? Detail);
