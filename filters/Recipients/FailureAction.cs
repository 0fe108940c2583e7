namespace EdgeSmtp.Filters.Recipients;

/// <summary>What becomes of a recipient when a backend that might know it cannot tell.</summary>
public enum FailureAction : byte
{
    /// <summary>451 4.3.0: the client comes again.</summary>
    Defer,

    /// <summary>It is taken unchecked (fail open): what does not exist is bounced later. Counted, and logged once a minute.</summary>
    Accept,

    /// <summary>550 5.4.3 (fail closed): also what does exist is refused for good.</summary>
    Reject,
}
