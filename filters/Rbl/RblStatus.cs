namespace EdgeSmtp.Filters.Rbl;

/// <summary>What a list said.</summary>
internal enum RblStatus : byte
{
    /// <summary>Not listed, or with an answer that does not count.</summary>
    NotListed,

    /// <summary>Listed.</summary>
    Listed,

    /// <summary>Nothing: time-out, SERVFAIL, or its own error code.</summary>
    Failed,

    /// <summary>Addresses that no list gives: as good as nothing, but for good.</summary>
    Garbage,
}
