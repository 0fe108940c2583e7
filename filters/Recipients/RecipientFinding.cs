namespace EdgeSmtp.Filters.Recipients;

/// <summary>What the lines say of a recipient.</summary>
/// <param name="Kind">Whether it exists.</param>
/// <param name="Detail">The line that knows it, or why a backend could not tell; for the log.</param>
public readonly record struct RecipientFinding(RecipientFindingKind Kind, string? Detail);
