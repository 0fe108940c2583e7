namespace EdgeSmtp.Toolkit.Rates;

/// <summary>
/// Buckets by key, and the one that will be full soonest. A binary heap over a flat array of entries, whose places the dictionary need not know. Grows up to its capacity,
/// and allocates only when it grows. Not thread-safe.
/// </summary>
internal sealed class BucketHeap(int capacity)
{
    private const int SizeAtFirst = 64;

    private readonly Dictionary<UInt128, int> _indexes = [];
    private Entry[] _entries = new Entry[Math.Min(capacity, SizeAtFirst)];
    private int[] _heap = new int[Math.Min(capacity, SizeAtFirst)];

    /// <summary>Buckets now.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a new bucket needs another one's place.</summary>
    public bool IsAtCapacity => Count == capacity;

    /// <summary>When the bucket that will be full soonest will be. There must be one.</summary>
    public long SoonestFullAt => _entries[_heap[0]].FullAt;

    /// <summary>When a bucket will be full.</summary>
    public bool TryGet(UInt128 key, out long fullAt)
    {
        bool isThere = _indexes.TryGetValue(key, out int index);
        fullAt = isThere ? _entries[index].FullAt : 0;
        return isThere;
    }

    /// <summary>Changes a bucket, or adds it; at capacity in the place of the one that will be full soonest.</summary>
    public void Set(UInt128 key, long fullAt)
    {
        if (_indexes.TryGetValue(key, out int index))
        {
            _entries[index].FullAt = fullAt;
            Restore(_entries[index].Place);
            return;
        }

        if (IsAtCapacity)
        {
            RemoveSoonest();
        }

        index = Count;
        if (index == _entries.Length)
        {
            int size = (int)Math.Min((long)_entries.Length * 2, capacity);
            Array.Resize(ref _entries, size);
            Array.Resize(ref _heap, size);
        }

        _entries[index] = new Entry { Key = key, FullAt = fullAt, Place = Count };
        _heap[Count] = index;
        Count++;
        _indexes.Add(key, index);
        Restore(Count - 1);
    }

    /// <summary>Removes the bucket that will be full soonest. There must be one.</summary>
    public void RemoveSoonest()
    {
        int gone = _heap[0];
        _indexes.Remove(_entries[gone].Key);
        Count--;
        if (Count > 0)
        {
            Put(0, _heap[Count]);
            Restore(0);
        }

        // The last entry moves into the hole, so that entries stay dense.
        if (gone != Count)
        {
            _entries[gone] = _entries[Count];
            _heap[_entries[gone].Place] = gone;
            _indexes[_entries[gone].Key] = gone;
        }
    }

    private void Restore(int place)
    {
        int index = _heap[place];
        long fullAt = _entries[index].FullAt;
        while (place > 0 && _entries[_heap[(place - 1) / 2]].FullAt > fullAt)
        {
            Put(place, _heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _entries[_heap[child + 1]].FullAt < _entries[_heap[child]].FullAt)
            {
                child++;
            }

            if (_entries[_heap[child]].FullAt >= fullAt)
            {
                break;
            }

            Put(place, _heap[child]);
            place = child;
        }

        Put(place, index);
    }

    private void Put(int place, int index)
    {
        _heap[place] = index;
        _entries[index].Place = place;
    }

    private struct Entry
    {
        public UInt128 Key;
        public long FullAt;
        public int Place;
    }
}
