namespace EdgeSmtp.Filters.Rbl;

/// <summary>What a listing means.</summary>
public enum RblKind
{
    /// <summary>It speaks against the client.</summary>
    Block,

    /// <summary>It vouches for the client: nothing that other lists say counts, and the fact <c>trusted</c> is published.</summary>
    Allow,
}
