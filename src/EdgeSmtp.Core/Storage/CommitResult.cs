namespace EdgeSmtp.Core.Storage;

/// <summary>Whether a message is ours.</summary>
public enum CommitResult : byte
{
    /// <summary>It is durable: 250 may be sent.</summary>
    Committed,

    /// <summary>No space: 452 4.3.1. The store recovers by itself.</summary>
    Full,

    /// <summary>The disk failed: 451 4.3.0, and the store takes nothing more until restart.</summary>
    Failed,
}
