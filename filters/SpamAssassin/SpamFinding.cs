namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>What SpamAssassin found in a message, for one user. Immutable and small: it is remembered.</summary>
/// <param name="IsSpam">Whether the score reaches the threshold of the user.</param>
/// <param name="Score">The score.</param>
/// <param name="Required">The threshold of the user.</param>
/// <param name="Tests">Names of the rules that matched, with commas; empty when they are not known.</param>
/// <param name="Report">The report in one line; empty when it was not asked for.</param>
/// <param name="Fields">The <c>X-Spam-</c> fields as SpamAssassin wrote them, in its order; empty when it was not asked for them.</param>
internal sealed record SpamFinding(bool IsSpam, double Score, double Required, string Tests, string Report, IReadOnlyList<SpamField> Fields);
