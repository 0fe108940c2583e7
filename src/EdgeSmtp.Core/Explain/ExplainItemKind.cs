namespace EdgeSmtp.Core.Explain;

/// <summary>What an <see cref="ExplainItem"/> tells.</summary>
public enum ExplainItemKind : byte
{
    /// <summary>A filter was asked.</summary>
    Call,

    /// <summary>A filter was left out, because of a fact.</summary>
    Skip,

    /// <summary>A filter published a fact.</summary>
    Fact,

    /// <summary>A filter gave a score.</summary>
    Score,

    /// <summary>A transaction began.</summary>
    Mail,

    /// <summary>A recipient, a transaction or the session was refused.</summary>
    Refused,

    /// <summary>A message is ours under an id of its own, besides that of the transaction.</summary>
    Message,

    /// <summary>A message that is ours waits for a filter.</summary>
    Pending,

    /// <summary>A recipient's copy is in quarantine.</summary>
    Quarantined,

    /// <summary>The transaction was committed.</summary>
    Committed,

    /// <summary>The session ended.</summary>
    Ended,
}
