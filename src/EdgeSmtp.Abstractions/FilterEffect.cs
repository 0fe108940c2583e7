namespace EdgeSmtp.Abstractions;

/// <summary>What a filter changes in a message. Decides whether it may fail open.</summary>
public enum FilterEffect : byte
{
    /// <summary>Nothing: it only gives verdicts, facts and scores.</summary>
    None,

    /// <summary>Adds fields. May fail open: its changes are dropped and the fact <c>NAME.unchecked</c> is set.</summary>
    Annotates,

    /// <summary>Removes or replaces fields, body or envelope. May not fail open.</summary>
    Rewrites,
}
