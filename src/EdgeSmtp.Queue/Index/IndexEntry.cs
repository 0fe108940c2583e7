using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Index;

/// <summary>All that memory keeps of a queued message. A struct in pages, so that a million of them are a few hundred objects.</summary>
internal struct IndexEntry
{
    /// <summary>Id of the message; 0 in a free entry.</summary>
    public ulong Id;

    /// <summary>Finished recipients.</summary>
    public RecipientBits Done;

    /// <summary>When it became ours, in milliseconds since 1970.</summary>
    public long ReceivedMilliseconds;

    /// <summary>When it is due, in milliseconds since 1970.</summary>
    public long NextMilliseconds;

    /// <summary>Bytes of header and body.</summary>
    public long ContentLength;

    /// <summary>Its <c>Message</c> record.</summary>
    public RecordPlace Place;

    /// <summary>Its body file, or −1.</summary>
    public int BodySlot;

    /// <summary>Position in the heap of its lane, or −1.</summary>
    public int HeapIndex;

    /// <summary>The entry of its chain that came before it, or −1.</summary>
    public int Older;

    /// <summary>The entry of its chain that came after it, or −1; in a free entry the next free one.</summary>
    public int Newer;

    /// <summary>Its status text in the table; 0 for none.</summary>
    public int Status;

    /// <summary>Attempts so far.</summary>
    public ushort Attempts;

    /// <summary>How many recipients it has.</summary>
    public ushort Recipients;

    /// <summary>What keeps it out of the heap.</summary>
    public EntryFlags Flags;

    /// <summary>What it waits for.</summary>
    public MessageLane Lane;
}
