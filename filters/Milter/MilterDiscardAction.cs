namespace EdgeSmtp.Filters.Milter;

/// <summary>What becomes of a message that the milter wants discarded.</summary>
public enum MilterDiscardAction
{
    /// <summary>Accepted and held, so that nothing that got a 250 is lost.</summary>
    Quarantine,

    /// <summary>Refused.</summary>
    Reject,

    /// <summary>Accepted and dropped; needs <c>AllowDiscard</c>.</summary>
    Discard,
}
