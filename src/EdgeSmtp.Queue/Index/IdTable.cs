namespace EdgeSmtp.Queue.Index;

/// <summary>From id to entry number: open addressing with linear probing. Holds 4 bytes for each place, because the ids lie in the entries.</summary>
/// <param name="pages">The entries.</param>
internal sealed class IdTable(EntryPages pages)
{
    private int[] _places = new int[64];

    /// <summary>Ids in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Finds an entry.</summary>
    /// <param name="id">An id.</param>
    /// <returns>Its number, or −1.</returns>
    public int Find(ulong id)
    {
        int mask = _places.Length - 1;
        for (int place = Home(id, mask); _places[place] is var value and not 0; place = (place + 1) & mask)
        {
            if (pages[value - 1].Id == id)
            {
                return value - 1;
            }
        }

        return -1;
    }

    /// <summary>Adds an entry whose id is not in the table.</summary>
    /// <param name="number">Its number.</param>
    public void Add(int number)
    {
        // At most three quarters full, so that probes stay short.
        if ((Count + 1) * 4L > _places.Length * 3L)
        {
            Grow();
        }

        Insert(number);
        Count++;
    }

    /// <summary>Removes an entry whose id is in the table, and moves later ones up so that no probe breaks.</summary>
    /// <param name="number">Its number.</param>
    public void Remove(int number)
    {
        int mask = _places.Length - 1;
        int hole = Home(pages[number].Id, mask);
        while (_places[hole] != number + 1)
        {
            hole = (hole + 1) & mask;
        }

        for (int place = (hole + 1) & mask; _places[place] is var value and not 0; place = (place + 1) & mask)
        {
            int home = Home(pages[value - 1].Id, mask);
            if (((place - home) & mask) >= ((place - hole) & mask))
            {
                _places[hole] = value;
                hole = place;
            }
        }

        _places[hole] = 0;
        Count--;
    }

    private static int Home(ulong id, int mask) => (int)((id * 0x9E3779B97F4A7C15) >> 32) & mask;

    private void Insert(int number)
    {
        int mask = _places.Length - 1;
        int place = Home(pages[number].Id, mask);
        while (_places[place] != 0)
        {
            place = (place + 1) & mask;
        }

        _places[place] = number + 1;
    }

    private void Grow()
    {
        int[] old = _places;
        _places = new int[old.Length * 2];
        foreach (int value in old)
        {
            if (value != 0)
            {
                Insert(value - 1);
            }
        }
    }
}
