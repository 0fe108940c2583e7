namespace EdgeSmtp.Filters.Rspamd;

/// <summary>What rspamd found in a message. Immutable and small: it is remembered.</summary>
/// <param name="Action">What is to be done.</param>
/// <param name="Score">The score.</param>
/// <param name="Required">From which score it refuses.</param>
/// <param name="Symbols">Names of the symbols that count, with their points; for the log.</param>
internal sealed record RspamdFinding(RspamdAction Action, double Score, double Required, string Symbols)
{
    /// <summary>What a refused client reads; <c>null</c> for our own words.</summary>
    public string? Message { get; init; }

    /// <summary>The new Subject of <see cref="RspamdAction.RewriteSubject"/>; <c>null</c> when it made none.</summary>
    public string? Subject { get; init; }

    /// <summary>Name of the field of <see cref="RspamdAction.AddHeader"/>; <c>null</c> for the configured one.</summary>
    public string? SpamField { get; init; }

    /// <summary>The new reverse-path; <c>null</c> for none.</summary>
    public string? ReversePath { get; init; }

    /// <summary>Fields to be removed, then fields to be inserted, from top to bottom.</summary>
    public IReadOnlyList<RspamdField> Fields { get; init; } = [];

    /// <summary>Whether it counts as spam.</summary>
    public bool IsSpam => Action is RspamdAction.AddHeader or RspamdAction.RewriteSubject or >= RspamdAction.Quarantine;

    /// <summary>Whether another scan of the same would come to the same: who is told to come again is let in the next time.</summary>
    public bool IsDeterministic => Action is not (RspamdAction.SoftReject or RspamdAction.Greylist);
}
