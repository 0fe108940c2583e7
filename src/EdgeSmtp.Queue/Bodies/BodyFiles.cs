namespace EdgeSmtp.Queue.Bodies;

/// <summary>
/// Which body files exist and who uses them: the message that owns one, and readers. A file is free when nobody does, and is then written again from its start, because
/// creating and unlinking costs ext4 more than the body. Guarded by the store's lock.
/// </summary>
internal sealed class BodyFiles
{
    private readonly Dictionary<int, Body> _bodies = [];
    private readonly SortedSet<(long Size, int Slot)> _free = [];
    private int _lastSlot;

    /// <summary>Bytes of free files.</summary>
    public long FreeBytes { get; private set; }

    /// <summary>Body files that are in use.</summary>
    public int InUse => _bodies.Count - _free.Count;

    /// <summary>Adds a file found at start.</summary>
    /// <param name="slot">Its number.</param>
    /// <param name="size">Its length.</param>
    /// <param name="owned">Whether a message owns it.</param>
    public void Add(int slot, long size, bool owned)
    {
        _bodies.Add(slot, new Body(size) { Uses = owned ? 1 : 0 });
        _lastSlot = Math.Max(_lastSlot, slot);
        if (!owned)
        {
            AddFree(slot, size);
        }
    }

    /// <summary>Takes a file for a body: the smallest free one that holds it, else a new one.</summary>
    /// <param name="length">Bytes of the body.</param>
    /// <param name="isNew">Whether the file does not exist yet.</param>
    /// <returns>Its number.</returns>
    public int Acquire(long length, out bool isNew)
    {
        (_, int slot) = _free.GetViewBetween((length, 0), (long.MaxValue, int.MaxValue)).Min;
        isNew = slot == 0;
        if (isNew)
        {
            slot = ++_lastSlot;
            _bodies.Add(slot, new Body(length) { Uses = 1 });
        }
        else
        {
            Use(slot);
        }

        return slot;
    }

    /// <summary>One more user.</summary>
    /// <param name="slot">A file.</param>
    public void Use(int slot)
    {
        Body body = _bodies[slot];
        if (body.Uses++ == 0)
        {
            _free.Remove((body.Size, slot));
            FreeBytes -= body.Size;
        }
    }

    /// <summary>One user less.</summary>
    /// <param name="slot">A file.</param>
    public void Release(int slot)
    {
        Body body = _bodies[slot];
        if (--body.Uses == 0)
        {
            AddFree(slot, body.Size);
        }
    }

    /// <summary>Forgets a file in use that could not be written: it is deleted.</summary>
    /// <param name="slot">A file.</param>
    public void Forget(int slot) => _bodies.Remove(slot);

    /// <summary>Takes the largest free file out while there are too many bytes of them.</summary>
    /// <param name="freeBytesMax">How many may stay.</param>
    /// <returns>Its number, to be deleted; 0 when it is well.</returns>
    public int RemoveExcess(long freeBytesMax)
    {
        if (FreeBytes <= freeBytesMax)
        {
            return 0;
        }

        (long size, int slot) = _free.Max;
        _free.Remove((size, slot));
        _bodies.Remove(slot);
        FreeBytes -= size;
        return slot;
    }

    private void AddFree(int slot, long size)
    {
        _free.Add((size, slot));
        FreeBytes += size;
    }

    private sealed class Body(long size)
    {
        public long Size => size;

        public int Uses { get; set; }
    }
}
