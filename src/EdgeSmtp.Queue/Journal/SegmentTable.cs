namespace EdgeSmtp.Queue.Journal;

/// <summary>All segments. Guarded by the store's lock.</summary>
internal sealed class SegmentTable
{
    private readonly Dictionary<int, Segment> _bySlot = [];
    private readonly Queue<Segment> _free = new();

    /// <summary>All of them, in no order.</summary>
    public Dictionary<int, Segment>.ValueCollection All => _bySlot.Values;

    /// <summary>Segments ready for use.</summary>
    public int FreeCount => _free.Count;

    /// <summary>Where the committer writes; <c>null</c> until the first commit of a run.</summary>
    public Segment? Active { get; private set; }

    /// <summary>One segment.</summary>
    /// <param name="slot">Its number.</param>
    public Segment? Find(int slot) => _bySlot.GetValueOrDefault(slot);

    /// <summary>Adds a segment that is ready, or in use already.</summary>
    /// <param name="segment">The segment.</param>
    public void Add(Segment segment)
    {
        _bySlot.Add(segment.Slot, segment);
        if (segment.State == SegmentState.Free)
        {
            _free.Enqueue(segment);
        }
    }

    /// <summary>The lowest number that no segment has.</summary>
    public int UnusedSlot()
    {
        int slot = 1;
        while (_bySlot.ContainsKey(slot))
        {
            slot++;
        }

        return slot;
    }

    /// <summary>Takes a free segment into use; the one before is sealed.</summary>
    /// <param name="keep">Free segments that must be left: the reserve.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns><c>null</c> when there is none to spare.</returns>
    public Segment? TryActivate(int keep, long now)
    {
        if (_free.Count <= keep)
        {
            return null;
        }

        Seal(now);
        Active = _free.Dequeue();
        Active.State = SegmentState.Active;
        return Active;
    }

    /// <summary>Ends the use of the active segment.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public void Seal(long now)
    {
        if (Active is { } active)
        {
            active.State = SegmentState.Sealed;
            active.SealedMilliseconds = now;
            Active = null;
        }
    }

    /// <summary>Makes a segment ready again.</summary>
    /// <param name="segment">Sealed or compacting, without live records, covered by a snapshot.</param>
    public void Free(Segment segment)
    {
        segment.State = SegmentState.Free;
        _free.Enqueue(segment);
    }

    /// <summary>Takes a segment out for good, to be closed and deleted.</summary>
    /// <param name="segment">Sealed, without live records, covered by a snapshot; not in the free list.</param>
    public void Remove(Segment segment) => _bySlot.Remove(segment.Slot);

    /// <summary>Counts a live record.</summary>
    /// <param name="place">Where it lies.</param>
    public void AddLive(RecordPlace place)
    {
        Segment segment = _bySlot[place.Slot];
        segment.LiveRecords++;
        segment.LiveBytes += place.Length;
    }

    /// <summary>A live record is dead.</summary>
    /// <param name="place">Where it lies.</param>
    /// <returns>Whether it was the last one of its segment.</returns>
    public bool DropLive(RecordPlace place)
    {
        Segment segment = _bySlot[place.Slot];
        segment.LiveBytes -= place.Length;
        return --segment.LiveRecords == 0;
    }
}
