using System.Diagnostics;

namespace EdgeSmtp.Queue.Index;

/// <summary>Entries by number, in pages that never move: growing costs one page, not a copy of everything.</summary>
internal sealed class EntryPages
{
    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;
    private readonly List<IndexEntry[]> _pages = [];
    private int _free = -1;

    /// <summary>Numbers given out so far; all entries are below it.</summary>
    public int HighWater { get; private set; }

    /// <summary>One entry, in place.</summary>
    /// <param name="number">Its number.</param>
    public ref IndexEntry this[int number] => ref _pages[number >> PageBits][number & (PageSize - 1)];

    /// <summary>A new entry with its links cut.</summary>
    /// <param name="id">Id of the message; not 0.</param>
    /// <returns>Its number.</returns>
    public int Allocate(ulong id)
    {
        Debug.Assert(id != 0, "0 marks a free entry.");
        int number = _free;
        if (number >= 0)
        {
            _free = this[number].Newer;
        }
        else
        {
            number = HighWater++;
            if (number >> PageBits == _pages.Count)
            {
                _pages.Add(new IndexEntry[PageSize]);
            }
        }

        this[number] = new IndexEntry { Id = id, HeapIndex = -1, Older = -1, Newer = -1, BodySlot = -1 };
        return number;
    }

    /// <summary>Frees an entry.</summary>
    /// <param name="number">Its number; already out of every other structure.</param>
    public void Free(int number)
    {
        this[number] = new IndexEntry { Newer = _free };
        _free = number;
    }
}
