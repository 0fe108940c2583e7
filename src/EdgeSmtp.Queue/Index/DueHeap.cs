namespace EdgeSmtp.Queue.Index;

/// <summary>Entries by due time, the older message first among equals. Every change costs O(log n); each entry knows its position, so any can be taken out.</summary>
/// <param name="pages">The entries.</param>
internal sealed class DueHeap(EntryPages pages)
{
    private int[] _heap = new int[64];

    /// <summary>Entries in the heap.</summary>
    public int Count { get; private set; }

    /// <summary>The entry that is due first, or −1.</summary>
    public int First => Count > 0 ? _heap[0] : -1;

    /// <summary>Adds an entry, or moves it after its due time changed.</summary>
    /// <param name="number">Its number.</param>
    public void Put(int number)
    {
        int index = pages[number].HeapIndex;
        if (index < 0)
        {
            if (Count == _heap.Length)
            {
                Array.Resize(ref _heap, Count * 2);
            }

            index = Count++;
            Set(index, number);
        }

        Down(Up(index));
    }

    /// <summary>Takes an entry out, if it is in.</summary>
    /// <param name="number">Its number.</param>
    public void Remove(int number)
    {
        int index = pages[number].HeapIndex;
        if (index < 0)
        {
            return;
        }

        pages[number].HeapIndex = -1;
        int last = _heap[--Count];
        if (index < Count)
        {
            Set(index, last);
            Down(Up(index));
        }
    }

    private int Up(int index)
    {
        int number = _heap[index];
        while (index > 0 && Before(number, _heap[(index - 1) / 2]))
        {
            Set(index, _heap[(index - 1) / 2]);
            index = (index - 1) / 2;
        }

        Set(index, number);
        return index;
    }

    private void Down(int index)
    {
        int number = _heap[index];
        while (index * 2 + 1 is var child && child < Count)
        {
            if (child + 1 < Count && Before(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!Before(_heap[child], number))
            {
                break;
            }

            Set(index, _heap[child]);
            index = child;
        }

        Set(index, number);
    }

    private bool Before(int left, int right)
    {
        ref IndexEntry a = ref pages[left];
        ref IndexEntry b = ref pages[right];
        return a.NextMilliseconds < b.NextMilliseconds || (a.NextMilliseconds == b.NextMilliseconds && a.Id < b.Id);
    }

    private void Set(int index, int number)
    {
        _heap[index] = number;
        pages[number].HeapIndex = index;
    }
}
