namespace EdgeSmtp.Filters.Warlord;

/// <summary>What is done about a kind of finding. Order is severity.</summary>
public enum WarlordAction
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>A header field says it, and no bounce is sent for the message.</summary>
    Tag,

    /// <summary>The message is taken and held.</summary>
    Quarantine,

    /// <summary>The message is refused, and the rest of it is not even kept.</summary>
    Reject,
}
