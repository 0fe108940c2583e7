namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>What the lines with a sign of a badmailfrom file say of one address or domain.</summary>
[Flags]
internal enum BadSenderKinds : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>?user@dom</c>: no check concerns it.</summary>
    Exempt = 1,

    /// <summary><c>@dom+</c>: ours, so only our own clients send with it.</summary>
    OwnClientsOnly = 2,

    /// <summary><c>@dom-</c>: taken only from clients that have a name.</summary>
    NamedClientsOnly = 4,

    /// <summary><c>@dom=</c>: taken only from clients whose name ends in it, if they have one.</summary>
    OwnHostsOnly = 8,
}
