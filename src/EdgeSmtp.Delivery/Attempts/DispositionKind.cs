namespace EdgeSmtp.Delivery.Attempts;

/// <summary>What an attempt came to for one recipient.</summary>
internal enum DispositionKind : byte
{
    /// <summary>Not decided yet.</summary>
    Open,

    /// <summary>The next hop, or the Maildir, has it.</summary>
    Delivered,

    /// <summary>Try again later.</summary>
    Temporary,

    /// <summary>Give it up and say so.</summary>
    Permanent,

    /// <summary>No attempt was made: the destination has too much to do. Counts as nothing.</summary>
    Postponed,
}
