namespace EdgeSmtp.Queue.Index;

/// <summary>What keeps a message out of the heap of due times.</summary>
[Flags]
internal enum EntryFlags : byte
{
    /// <summary>Nothing: it waits for its time.</summary>
    None = 0,

    /// <summary>Waits for an operator. The only one that is durable.</summary>
    Held = 1,

    /// <summary>Its id was handed to the scheduler.</summary>
    Offered = 2,

    /// <summary>An attempt or an operator's action runs.</summary>
    Taken = 4,
}
