namespace EdgeSmtp.Queue.Index;

/// <summary>The messages of one lane: by due time, in the order of their coming, and their sum. Every entry is in exactly one lane.</summary>
/// <param name="pages">The entries.</param>
internal sealed class LaneIndex(EntryPages pages)
{
    private readonly EntryChain _waiting = new(pages);
    private readonly EntryChain _held = new(pages);

    /// <summary>Those that nothing keeps from their time.</summary>
    public DueHeap Due { get; } = new(pages);

    /// <summary>Messages.</summary>
    public int Count => _waiting.Count + _held.Count;

    /// <summary>How many of them are held.</summary>
    public int HeldCount => _held.Count;

    /// <summary>Bytes of their contents.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the one that came first became ours, in milliseconds since 1970, of those that are not held: these may wait for ever. <c>null</c> when there is none.</summary>
    public long? OldestReceived => _waiting.Oldest is >= 0 and var oldest ? pages[oldest].ReceivedMilliseconds : null;

    /// <summary>Adds an entry as the last to come. Its length is known, and whether it is held; whether it goes into the heap its flags say afterwards.</summary>
    /// <param name="number">Its number.</param>
    public void Enter(int number)
    {
        ref IndexEntry entry = ref pages[number];
        ChainOf(entry).Append(number);
        Bytes += entry.ContentLength;
    }

    /// <summary>Takes an entry out, with its length and its flags as they were when it came.</summary>
    /// <param name="number">Its number.</param>
    public void Leave(int number)
    {
        Due.Remove(number);
        ref IndexEntry entry = ref pages[number];
        ChainOf(entry).Unlink(number);
        Bytes -= entry.ContentLength;
    }

    private EntryChain ChainOf(in IndexEntry entry) => (entry.Flags & EntryFlags.Held) != 0 ? _held : _waiting;
}
