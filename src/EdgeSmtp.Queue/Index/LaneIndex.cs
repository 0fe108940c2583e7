namespace EdgeSmtp.Queue.Index;

/// <summary>The messages of one lane: by due time, in the order of their coming, and their sum. Every entry is in exactly one lane.</summary>
/// <param name="pages">The entries.</param>
internal sealed class LaneIndex(EntryPages pages)
{
    private int _oldest = -1;
    private int _newest = -1;

    /// <summary>Those that nothing keeps from their time.</summary>
    public DueHeap Due { get; } = new(pages);

    /// <summary>Messages.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of their contents.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the one that came first became ours, in milliseconds since 1970; <c>null</c> when there is none.</summary>
    public long? OldestReceived => _oldest >= 0 ? pages[_oldest].ReceivedMilliseconds : null;

    /// <summary>Adds an entry as the last to come. Its length is known; whether it goes into the heap its flags say afterwards.</summary>
    /// <param name="number">Its number.</param>
    public void Enter(int number)
    {
        ref IndexEntry entry = ref pages[number];
        entry.Newer = -1;
        entry.Older = _newest;
        if (_newest >= 0)
        {
            pages[_newest].Newer = number;
        }
        else
        {
            _oldest = number;
        }

        _newest = number;
        Count++;
        Bytes += entry.ContentLength;
    }

    /// <summary>Takes an entry out, with its length as it was when it came.</summary>
    /// <param name="number">Its number.</param>
    public void Leave(int number)
    {
        Due.Remove(number);
        ref IndexEntry entry = ref pages[number];
        if (entry.Older >= 0)
        {
            pages[entry.Older].Newer = entry.Newer;
        }
        else
        {
            _oldest = entry.Newer;
        }

        if (entry.Newer >= 0)
        {
            pages[entry.Newer].Older = entry.Older;
        }
        else
        {
            _newest = entry.Older;
        }

        Count--;
        Bytes -= entry.ContentLength;
    }
}
