using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Snapshots;

namespace EdgeSmtp.Queue.Recovery;

/// <summary>The state that the files stand for.</summary>
internal sealed class RecoveredQueue
{
    /// <summary>The messages.</summary>
    public MessageIndex Index { get; } = new();

    /// <summary>The segments by number.</summary>
    public Dictionary<int, RecoveredSegment> Segments { get; } = [];

    /// <summary>Body files: length by number.</summary>
    public Dictionary<int, long> Bodies { get; } = [];

    /// <summary>The end of the journal.</summary>
    public JournalPosition Position { get; set; }

    /// <summary>The highest epoch given out.</summary>
    public ulong LastEpoch { get; set; }

    /// <summary>Everything up to here is in the snapshot.</summary>
    public ulong CoveredLsn { get; set; }

    /// <summary>Bytes of the snapshot.</summary>
    public long SnapshotBytes { get; set; }

    /// <summary>The highest id seen, also of messages that are gone.</summary>
    public ulong HighestId { get; private set; }

    /// <summary>What was found.</summary>
    public RecoveryReport Report { get; } = new();

    /// <summary>Takes a message of a snapshot.</summary>
    /// <param name="item">The message.</param>
    public void Load(MessageItem item)
    {
        bool there = Segments.TryGetValue(item.Place.Slot, out RecoveredSegment? segment) && segment.Header.Epoch == item.Epoch;
        Index.Put(item.Id, item.Received, item.ContentLength, there ? item.Place : item.Place with { Slot = -1 }, item.BodySlot, item.State);
        HighestId = Math.Max(HighestId, item.Id);
    }

    /// <summary>Takes a record of the journal. Records carry whole states, so doing it twice changes nothing.</summary>
    /// <param name="record">Intact.</param>
    /// <param name="place">Where it lies.</param>
    public void Apply(RecordView record, RecordPlace place)
    {
        ulong id = record.Header.Id;
        HighestId = Math.Max(HighestId, id);
        ByteReader reader = new(record.Meta);
        switch (record.Header.Type)
        {
            case RecordType.Message:
                int bodySlot = reader.Int32();
                MessageState state = MessageState.Read(ref reader);
                Index.Put(id, EnvelopeCodec.ReadReceived(reader.Rest), record.Header.ContentLength, place, bodySlot, state);
                break;
            case RecordType.State when Index.Find(id) is >= 0 and var number:
                Index.SetState(number, MessageState.Read(ref reader));
                break;
            case RecordType.Remove when Index.Find(id) is >= 0 and var number:
                Index.Remove(number);
                break;
        }
    }

    /// <summary>Drops messages whose record is gone, counts what lives where, and orders by age.</summary>
    public void Settle()
    {
        for (int number = 0; number < Index.HighWater; number++)
        {
            ref IndexEntry entry = ref Index[number];
            if (entry.Id == 0)
            {
                continue;
            }

            if (Segments.TryGetValue(entry.Place.Slot, out RecoveredSegment? segment))
            {
                segment.LiveRecords++;
                segment.LiveBytes += entry.Place.Length;
            }
            else
            {
                Report.LostMessages.Add(new MessageId(entry.Id));
                Index.Remove(number);
            }
        }

        Index.SortByAge();
    }
}
