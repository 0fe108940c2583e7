namespace EdgeSmtp.Filters.Rspamd;

/// <summary>What rspamd wants done.</summary>
internal enum RspamdAction : byte
{
    /// <summary>Nothing; also what an action of the operator's own, which says nothing to us, comes to.</summary>
    None,

    /// <summary>A client that nobody knows is to come again.</summary>
    Greylist,

    /// <summary>It is marked by a field.</summary>
    AddHeader,

    /// <summary>It is marked in its Subject.</summary>
    RewriteSubject,

    /// <summary>The client is to come again.</summary>
    SoftReject,

    /// <summary>It is held.</summary>
    Quarantine,

    /// <summary>It is taken and thrown away.</summary>
    Discard,

    /// <summary>It is refused.</summary>
    Reject,
}
