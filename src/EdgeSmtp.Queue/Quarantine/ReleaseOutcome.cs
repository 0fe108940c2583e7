namespace EdgeSmtp.Queue.Quarantine;

/// <summary>What became of the wish to release a message.</summary>
public enum ReleaseOutcome : byte
{
    /// <summary>It is on its way.</summary>
    Released,

    /// <summary>There is no such message in quarantine, somebody else has it in hand, or its content is damaged.</summary>
    NotThere,

    /// <summary>None of the recipients asked for is among those that do not have it yet.</summary>
    NoSuchRecipient,

    /// <summary>The queue has no space for it now; it is as it was.</summary>
    Full,

    /// <summary>The disk failed; it is as it was.</summary>
    Failed,
}
