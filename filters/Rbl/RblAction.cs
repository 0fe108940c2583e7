namespace EdgeSmtp.Filters.Rbl;

/// <summary>What becomes of the weights of the lists.</summary>
public enum RblAction
{
    /// <summary>Their sum is compared with the threshold, and the client refused from there on.</summary>
    Verdict,

    /// <summary>Each is added as a score, for a threshold filter to judge.</summary>
    Score,

    /// <summary>Nothing is refused: each listing becomes a header field of the message.</summary>
    Annotate,
}
