namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>What is asked of the senders of clients that may relay: qmail's LOCALMFCHECK.</summary>
internal enum LocalSenderCheck : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A domain of ours: qmail's empty value.</summary>
    OwnDomain,

    /// <summary>One certain domain, or one of ours: qmail's <c>dom</c>.</summary>
    Domain,

    /// <summary>What the rules for the client say: qmail's <c>!</c>.</summary>
    Rules,
}
