namespace EdgeSmtp.Filters.ScoreThreshold;

/// <summary>When the sum is judged.</summary>
public enum ScoreStage
{
    /// <summary>At RCPT, on what is known by then, and again when the whole message was seen.</summary>
    Both,

    /// <summary>At RCPT alone: what content filters find no longer counts.</summary>
    Rcpt,

    /// <summary>When the whole message was seen.</summary>
    Message,
}
