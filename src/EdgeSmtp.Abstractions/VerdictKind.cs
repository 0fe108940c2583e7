namespace EdgeSmtp.Abstractions;

/// <summary>What a filter wants done, in order of severity: of several verdicts for one recipient the highest wins.</summary>
public enum VerdictKind : byte
{
    /// <summary>No opinion. Not "accept": nothing a filter says can jump over another filter or over relay control.</summary>
    Continue,

    /// <summary>Accept with 250 and drop. Needs <c>AllowDiscard</c> in the configuration of the filter.</summary>
    Discard,

    /// <summary>Accept with 250 and commit to quarantine, where it stays until an operator releases it or its time is over.</summary>
    Quarantine,

    /// <summary>Refuse for now (4yz): the client keeps the message and tries again.</summary>
    Defer,

    /// <summary>Refuse for good (5yz).</summary>
    Reject,

    /// <summary>Reply, then close the connection. Acts at once, whatever <c>RejectAt</c> says.</summary>
    Disconnect,
}
