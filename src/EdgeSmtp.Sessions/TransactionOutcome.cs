namespace EdgeSmtp.Sessions;

/// <summary>What became of a transaction whose content came.</summary>
internal enum TransactionOutcome : byte
{
    /// <summary>Committed.</summary>
    Committed,

    /// <summary>Accepted and dropped, as a filter wanted.</summary>
    Discarded,

    /// <summary>Refused for now by a filter.</summary>
    Deferred,

    /// <summary>Refused for good by a filter.</summary>
    Rejected,

    /// <summary>Too large, with too large a header, or with too long a line.</summary>
    TooLarge,

    /// <summary>Held forbidden bytes.</summary>
    Malformed,

    /// <summary>Was in a loop.</summary>
    TooManyHops,

    /// <summary>There was no room for it.</summary>
    NoSpace,

    /// <summary>The store failed.</summary>
    StoreFailed,

    /// <summary>The client left, or gave up, before the end of the content.</summary>
    Abandoned,
}
