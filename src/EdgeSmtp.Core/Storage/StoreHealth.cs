namespace EdgeSmtp.Core.Storage;

/// <summary>Whether the store takes mail.</summary>
public enum StoreHealth : byte
{
    /// <summary>It does.</summary>
    Open,

    /// <summary>No space now.</summary>
    Full,

    /// <summary>A write or fsync failed; delivery goes on from what is durable.</summary>
    Failed,

    /// <summary>Closed.</summary>
    Closed,
}
