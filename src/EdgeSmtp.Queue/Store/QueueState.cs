using System.Threading.Channels;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Bodies;
using EdgeSmtp.Queue.Hot;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Staging;

namespace EdgeSmtp.Queue.Store;

/// <summary>
/// The state of the queue in memory, behind one lock. The index changes only when the disk has it: the committer applies each batch after its fdatasync, so
/// that a snapshot never holds what a crash could take back.
/// </summary>
/// <param name="index">As recovered.</param>
/// <param name="segments">As recovered.</param>
/// <param name="bodies">As recovered.</param>
/// <param name="options">Settings.</param>
/// <param name="budget">The staging budget.</param>
internal sealed class QueueState(MessageIndex index, SegmentTable segments, BodyFiles bodies, QueueOptions options, ByteBudget budget) : IBudgetReclaimer
{
    private const int ListPiece = 4096;
    private readonly Channel<MessageId> _arrivals = Channel.CreateBounded<MessageId>(new BoundedChannelOptions(options.ArrivalsMax) { SingleReader = true });
    private int _health;

    /// <summary>Guards everything here. Never held during a disk call.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Messages.</summary>
    public MessageIndex Index => index;

    /// <summary>Segments.</summary>
    public SegmentTable Segments => segments;

    /// <summary>Body files.</summary>
    public BodyFiles Bodies => bodies;

    /// <summary>Messages still in memory.</summary>
    public HotSet Hot { get; } = new(options.HotBytesMax);

    /// <summary>Ids of new messages.</summary>
    public ChannelReader<MessageId> Arrivals => _arrivals.Reader;

    /// <summary>Up to where the journal is durable, and the index complete.</summary>
    public JournalPosition Durable { get; set; }

    /// <summary>Whether mail is taken.</summary>
    public StoreHealth Health => (StoreHealth)Volatile.Read(ref _health);

    /// <summary>Moves from one health to another.</summary>
    /// <param name="from">The health that must hold.</param>
    /// <param name="to">The new one.</param>
    public bool TryMove(StoreHealth from, StoreHealth to) => Interlocked.CompareExchange(ref _health, (int)to, (int)from) == (int)from;

    /// <summary>Fails for ever.</summary>
    /// <returns>Whether it had not failed before.</returns>
    public bool TryFail() => Interlocked.Exchange(ref _health, (int)StoreHealth.Failed) != (int)StoreHealth.Failed;

    /// <summary>Takes no more mail; a failure stays visible.</summary>
    public void Close()
    {
        _ = TryMove(StoreHealth.Open, StoreHealth.Closed) || TryMove(StoreHealth.Full, StoreHealth.Closed);
        _arrivals.Writer.TryComplete();
    }

    /// <summary>Gives a copy the state that its message has now.</summary>
    /// <param name="operation">A copy of one record.</param>
    /// <returns><c>false</c> when the message lies elsewhere by now, or is gone.</returns>
    public bool TryMakeCopy(JournalOperation operation)
    {
        StoredRecord source = operation.Source!;
        lock (Gate)
        {
            int number = Index.Find(source.Header.Id);
            if (number < 0 || Index[number].Place != source.Place)
            {
                return false;
            }

            operation.AddCopy(source, Index.StateOf(number));
        }

        operation.FinishMeta();
        return true;
    }

    /// <summary>Takes over what has become durable. Called under <see cref="Gate"/>, in the order of the journal.</summary>
    /// <param name="operation">Written and synced.</param>
    public void Apply(JournalOperation operation)
    {
        SharedContent? shared = Share(operation);
        foreach (ref RecordDraft record in operation.Records)
        {
            switch (record.Header.Type)
            {
                case RecordType.Message when operation.Kind == OperationKind.Copy:
                    Relocate(ref record);
                    break;
                case RecordType.Message:
                    Insert(ref record, shared);
                    break;
                case RecordType.State when index.Find(record.Header.Id) is >= 0 and var number:
                    index.SetState(number, record.State);
                    break;
                case RecordType.Remove:
                    Remove(record.Header.Id);
                    break;
            }
        }

        shared?.Release();
        Hot.Trim();
        EndAttempt(operation);
    }

    /// <summary>
    /// The disk failed before a delivery's result was stored. It holds in memory, so that this run does not deliver again, unless a report belongs to it: without the
    /// report the recipient is not finished, and the message waits for the restart.
    /// </summary>
    /// <param name="operation">Not written.</param>
    /// <param name="later">When such a message is tried again, in milliseconds since 1970.</param>
    public void ApplyInMemory(JournalOperation operation, long later)
    {
        ref RecordDraft first = ref operation.Records[0];
        int number = index.Find(first.Header.Id);
        if (number < 0)
        {
            return;
        }

        if (operation.Kind == OperationKind.Operator)
        {
            // An operator is told that it failed, and nothing changes.
        }
        else if (operation.Count > 1)
        {
            index.SetNext(number, Math.Max(first.State.NextMilliseconds, later));
        }
        else if (first.Header.Type == RecordType.Remove)
        {
            Remove(first.Header.Id);
        }
        else
        {
            index.SetState(number, first.State);
        }

        EndAttempt(operation);
    }

    /// <summary>Ids of all messages, oldest first; taken in pieces, so that intake is not held up.</summary>
    public List<ulong> Ids()
    {
        List<ulong> ids = [];
        int number = 0;
        for (bool more = true; more;)
        {
            lock (Gate)
            {
                int end = Math.Min(number + ListPiece, index.HighWater);
                for (; number < end; number++)
                {
                    if (index[number].Id != 0)
                    {
                        ids.Add(index[number].Id);
                    }
                }

                more = number < index.HighWater;
            }
        }

        ids.Sort();
        return ids;
    }

    /// <summary>Puts a message back that an attempt left without a final result.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public void PutBack(ulong id, long now)
    {
        if (index.Find(id) is >= 0 and var number)
        {
            // In quarantine the time is not when it is due but since when it is there.
            index[number].NextMilliseconds = index[number].Lane == MessageLane.Quarantine ? index[number].NextMilliseconds : now;
            index.SetFlags(number, index[number].Flags & EntryFlags.Held);
        }
    }

    /// <inheritdoc />
    public bool Reclaim(long bytes)
    {
        lock (Gate)
        {
            return Hot.Drop(bytes);
        }
    }

    private SharedContent? Share(JournalOperation operation)
    {
        StagedMessage? staged = operation.Staged;
        operation.Staged = null;
        if (staged is not null)
        {
            long charged = staged is StagedContent content ? content.ChargedBytes : staged.Length;
            if (Hot.CanHold(charged))
            {
                return new SharedContent(staged, budget, charged);
            }

            staged.Dispose();
            return null;
        }

        long bytes = 0;
        if (operation.Kind is OperationKind.Submit or OperationKind.Settle)
        {
            foreach (ref RecordDraft record in operation.Records)
            {
                bytes += record.Content.Length;
            }
        }

        return bytes > 0 && Hot.CanHold(bytes) && budget.TryTake(bytes) ? new SharedContent(null, budget, bytes) : null;
    }

    private void Insert(ref RecordDraft record, SharedContent? shared)
    {
        ulong id = record.Header.Id;
        bool isNew = index.Find(id) < 0;
        if (!isNew)
        {
            GiveUpPlace(id);
        }

        // One that takes the place of another is found by its due time.
        bool offered = isNew && record.State is { Held: false, Lane: MessageLane.Delivery } && _arrivals.Writer.TryWrite(new MessageId(id));
        index.Put(
            id, record.ReceivedMilliseconds, record.Header.ContentLength, record.Place, record.BodySlot, record.State, offered ? EntryFlags.Offered : EntryFlags.None);
        segments.AddLive(record.Place);
        if (shared is not null && !record.State.Held && record.State.Lane != MessageLane.Quarantine)
        {
            Hot.Add(new HotMessage(id, record.Envelope!, record.Content, shared));
        }
    }

    private void Relocate(ref RecordDraft record)
    {
        // The committer made the copy from the index as it stood before this batch, and no other kind of operation shares the batch.
        ref IndexEntry entry = ref index[index.Find(record.Header.Id)];
        segments.DropLive(entry.Place);
        entry.Place = record.Place;
        segments.AddLive(record.Place);
    }

    private void Remove(ulong id)
    {
        if (index.Find(id) is >= 0 and var number)
        {
            GiveUpPlace(id);
            index.Remove(number);
        }
    }

    /// <summary>The record of a message, and its content, are wanted no more.</summary>
    private void GiveUpPlace(ulong id)
    {
        ref IndexEntry entry = ref index[index.Find(id)];
        segments.DropLive(entry.Place);
        if (entry.BodySlot >= 0)
        {
            bodies.Release(entry.BodySlot);
        }

        Hot.Remove(id);
    }

    private void EndAttempt(JournalOperation operation)
    {
        if (operation.EndsAttempt && index.Find(operation.Records[0].Header.Id) is >= 0 and var number)
        {
            index.SetFlags(number, index[number].Flags & EntryFlags.Held);
        }
    }
}
