namespace EdgeSmtp.Queue.Index;

/// <summary>Entries in the order of their coming, linked through themselves. An entry is in one chain at most.</summary>
/// <param name="pages">The entries.</param>
internal sealed class EntryChain(EntryPages pages)
{
    private int _newest = -1;

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>The entry that came first, or −1.</summary>
    public int Oldest { get; private set; } = -1;

    /// <summary>Adds an entry as the last.</summary>
    /// <param name="number">Its number.</param>
    public void Append(int number)
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
            Oldest = number;
        }

        _newest = number;
        Count++;
    }

    /// <summary>Takes an entry out.</summary>
    /// <param name="number">Its number.</param>
    public void Unlink(int number)
    {
        ref IndexEntry entry = ref pages[number];
        if (entry.Older >= 0)
        {
            pages[entry.Older].Newer = entry.Newer;
        }
        else
        {
            Oldest = entry.Newer;
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
    }
}
