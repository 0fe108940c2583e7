using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Index;

/// <summary>The queue as memory sees it: always the state that is durable, plus who has what in hand. Not thread-safe; the store's lock guards it.</summary>
internal sealed class MessageIndex
{
    private readonly EntryPages _pages = new();
    private readonly IdTable _ids;
    private readonly LaneIndex[] _lanes;
    private readonly StatusTable _statuses = new();

    public MessageIndex()
    {
        _ids = new IdTable(_pages);
        _lanes = [new LaneIndex(_pages), new LaneIndex(_pages), new LaneIndex(_pages)];
    }

    /// <summary>Messages of all lanes.</summary>
    public int Count => _ids.Count;

    /// <summary>Entry numbers are below this.</summary>
    public int HighWater => _pages.HighWater;

    /// <summary>Messages outside of the quarantine that wait for an operator.</summary>
    public int HeldCount => Of(MessageLane.Delivery).HeldCount + Of(MessageLane.Pending).HeldCount;

    /// <summary>When the oldest message that is neither in quarantine nor held became ours, in milliseconds since 1970; <c>null</c> when there is none.</summary>
    public long? OldestReceived => (Of(MessageLane.Delivery).OldestReceived, Of(MessageLane.Pending).OldestReceived) switch
    {
        ({ } delivery, { } pending) => Math.Min(delivery, pending),
        var (delivery, pending) => delivery ?? pending,
    };

    /// <summary>When messages that are neither in quarantine nor held became ours: of all of them, or of as many as fit, evenly over the numbers of entries, which tell nothing of age.</summary>
    /// <param name="received">Takes milliseconds since 1970, in no order.</param>
    /// <returns>How many.</returns>
    public int SampleReceived(Span<long> received)
    {
        int count = 0;
        int step = Math.Max(1, (HighWater + received.Length - 1) / received.Length);
        for (int number = 0; number < HighWater; number += step)
        {
            ref IndexEntry entry = ref _pages[number];
            if (entry.Id != 0 && entry.Lane != MessageLane.Quarantine && (entry.Flags & EntryFlags.Held) == 0)
            {
                received[count++] = entry.ReceivedMilliseconds;
            }
        }

        return count;
    }

    /// <summary>When the next message for delivery is due, in milliseconds since 1970; <c>null</c> when none is.</summary>
    public long? NextDue => Of(MessageLane.Delivery).Due.First is >= 0 and var first ? _pages[first].NextMilliseconds : null;

    /// <summary>The messages of one lane.</summary>
    /// <param name="lane">The lane.</param>
    public LaneIndex Of(MessageLane lane) => _lanes[(int)lane];

    /// <summary>One entry, in place; free ones have id 0.</summary>
    /// <param name="number">Its number.</param>
    public ref IndexEntry this[int number] => ref _pages[number];

    /// <summary>Finds a message.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Its entry number, or −1.</returns>
    public int Find(ulong id) => _ids.Find(id);

    /// <summary>Adds a message, or replaces what is known of it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="received">When it became ours, in milliseconds since 1970.</param>
    /// <param name="contentLength">Bytes of header and body.</param>
    /// <param name="place">Its record.</param>
    /// <param name="bodySlot">Its body file, or −1.</param>
    /// <param name="state">Its state.</param>
    /// <param name="flags">Who has a new message in hand already.</param>
    /// <returns>Its entry number.</returns>
    public int Put(ulong id, long received, long contentLength, RecordPlace place, int bodySlot, in MessageState state, EntryFlags flags = EntryFlags.None)
    {
        int number = _ids.Find(id);
        if (number < 0)
        {
            number = _pages.Allocate(id);
            _ids.Add(number);
            _pages[number].Flags = flags;
        }
        else
        {
            LaneOf(number).Leave(number);
        }

        ref IndexEntry entry = ref _pages[number];
        entry.ReceivedMilliseconds = received;
        entry.ContentLength = contentLength;
        entry.Place = place;
        entry.BodySlot = bodySlot;
        entry.Lane = state.Lane;
        LaneOf(number).Enter(number);
        SetState(number, state);
        return number;
    }

    /// <summary>Replaces the state of a message, its lane, and its place in the heap.</summary>
    /// <param name="number">Its entry number.</param>
    /// <param name="state">The state.</param>
    public void SetState(int number, in MessageState state)
    {
        ref IndexEntry entry = ref _pages[number];
        int old = entry.Status;
        entry.Status = _statuses.Use(state.Status);
        _statuses.Release(old);
        entry.Attempts = state.Attempts;
        entry.Recipients = state.Recipients;
        entry.Done = state.Done;
        entry.NextMilliseconds = state.NextMilliseconds;
        if (entry.Lane != state.Lane)
        {
            LaneOf(number).Leave(number);
            entry.Lane = state.Lane;
            LaneOf(number).Enter(number);
        }

        SetFlags(number, state.Held ? entry.Flags | EntryFlags.Held : entry.Flags & ~EntryFlags.Held);
    }

    /// <summary>The state of a message.</summary>
    /// <param name="number">Its entry number.</param>
    public MessageState StateOf(int number)
    {
        ref IndexEntry entry = ref _pages[number];
        return new MessageState(
            entry.Attempts, (entry.Flags & EntryFlags.Held) != 0, entry.NextMilliseconds, entry.Recipients, entry.Done, _statuses[entry.Status], entry.Lane);
    }

    /// <summary>Sets the flags of a message: with none it is in the heap of its lane, with any it is not.</summary>
    /// <param name="number">Its entry number.</param>
    /// <param name="flags">The flags.</param>
    public void SetFlags(int number, EntryFlags flags)
    {
        ref IndexEntry entry = ref _pages[number];
        bool moves = ((entry.Flags ^ flags) & EntryFlags.Held) != 0;
        if (moves)
        {
            LaneOf(number).Leave(number);
        }

        entry.Flags = flags;
        if (moves)
        {
            LaneOf(number).Enter(number);
        }

        if (flags == EntryFlags.None)
        {
            LaneOf(number).Due.Put(number);
        }
        else
        {
            LaneOf(number).Due.Remove(number);
        }
    }

    /// <summary>Makes a message due at another time, in memory only.</summary>
    /// <param name="number">Its entry number.</param>
    /// <param name="milliseconds">Since 1970.</param>
    public void SetNext(int number, long milliseconds)
    {
        _pages[number].NextMilliseconds = milliseconds;
        SetFlags(number, _pages[number].Flags);
    }

    /// <summary>Drops a message.</summary>
    /// <param name="number">Its entry number.</param>
    public void Remove(int number)
    {
        ref IndexEntry entry = ref _pages[number];
        _statuses.Release(entry.Status);
        LaneOf(number).Leave(number);
        _ids.Remove(number);
        _pages.Free(number);
    }

    /// <summary>Takes the messages of a lane that are due and marks them as offered.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="due">Takes their ids.</param>
    /// <returns>How many.</returns>
    public int TakeDue(MessageLane lane, long now, Span<MessageId> due)
    {
        DueHeap heap = Of(lane).Due;
        int count = 0;
        while (count < due.Length && heap.First is >= 0 and var first && _pages[first].NextMilliseconds <= now)
        {
            due[count++] = new MessageId(_pages[first].Id);
            SetFlags(first, EntryFlags.Offered);
        }

        return count;
    }

    /// <summary>Puts each lane in the order of ids. Needed once, after recovery added messages in another order.</summary>
    public void SortByAge()
    {
        List<(ulong Id, int Number)> order = new(Count);
        for (int number = 0; number < HighWater; number++)
        {
            if (_pages[number].Id != 0)
            {
                order.Add((_pages[number].Id, number));
            }
        }

        order.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        foreach ((_, int number) in order)
        {
            LaneOf(number).Leave(number);
            LaneOf(number).Enter(number);
            SetFlags(number, _pages[number].Flags);
        }
    }

    /// <summary>What <c>queue list</c> shows of a message.</summary>
    /// <param name="number">Its entry number.</param>
    public MessageSummary Summarize(int number)
    {
        ref IndexEntry entry = ref _pages[number];
        return new MessageSummary(
            new MessageId(entry.Id),
            entry.ContentLength,
            DateTimeOffset.FromUnixTimeMilliseconds(entry.ReceivedMilliseconds),
            entry.Attempts,
            DateTimeOffset.FromUnixTimeMilliseconds(entry.NextMilliseconds),
            entry.Recipients - entry.Done.Count,
            (entry.Flags & EntryFlags.Held) != 0,
            (entry.Flags & EntryFlags.Taken) != 0,
            _statuses[entry.Status],
            entry.Lane);
    }

    private LaneIndex LaneOf(int number) => Of(_pages[number].Lane);
}
