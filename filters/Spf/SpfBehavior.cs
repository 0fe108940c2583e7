namespace EdgeSmtp.Filters.Spf;

/// <summary>What is done about a result: the ladder of qmail's SPFBEHAVIOR. Each step adds to the one before.</summary>
public enum SpfBehavior
{
    /// <summary>Nothing is asked.</summary>
    Off = 0,

    /// <summary>Results are written down; nothing is refused.</summary>
    Annotate = 1,

    /// <summary>Also: when the DNS does not answer, the client is to come again.</summary>
    DeferErrors = 2,

    /// <summary>Also: "fail" is refused.</summary>
    RejectFail = 3,

    /// <summary>Also: "softfail" is refused, which RFC 7208 §8.5 advises against.</summary>
    RejectSoftFail = 4,

    /// <summary>Also: "neutral" is refused, which RFC 7208 §8.2 forbids to treat worse than "none".</summary>
    RejectNeutral = 5,

    /// <summary>Also: "none" and "permerror" are refused. For a listener that takes mail of known partners only.</summary>
    RejectNone = 6,
}
