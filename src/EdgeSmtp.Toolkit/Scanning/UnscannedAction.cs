namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>What becomes of content that a scanner did not look into as a whole: larger than our limit or its own, or encrypted. Never "clean".</summary>
public enum UnscannedAction : byte
{
    /// <summary>Taken, with a header field and a fact that say so.</summary>
    Mark,

    /// <summary>Taken and held.</summary>
    Quarantine,

    /// <summary>Refused for now.</summary>
    Defer,

    /// <summary>Refused for good.</summary>
    Reject,
}
