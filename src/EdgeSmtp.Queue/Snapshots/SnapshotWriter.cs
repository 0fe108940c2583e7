using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Recovery;
using EdgeSmtp.Queue.Store;

namespace EdgeSmtp.Queue.Snapshots;

/// <summary>
/// Writes the index to the older of the two snapshot files, in pieces, while the queue runs. A piece may already show the effect of a durable record after the snapshot's
/// position; replaying that record gives the same again.
/// </summary>
/// <param name="context">Its store.</param>
/// <param name="recovered">The newest valid snapshot, and where the journal ends.</param>
internal sealed class SnapshotWriter(QueueContext context, RecoveredQueue recovered)
{
    private const int PieceSize = 512;
    private readonly ByteWriter _item = new();
    private ulong _sequence = recovered.Report.Snapshot;

    /// <summary>Everything up to this LSN is in a durable snapshot.</summary>
    public ulong CoveredLsn { get; private set; } = recovered.CoveredLsn;

    /// <summary>Bytes of the last snapshot.</summary>
    public long Bytes { get; private set; } = recovered.SnapshotBytes;

    /// <summary>Epoch of the segment that was active at the last snapshot; at first that which this run begins with.</summary>
    public ulong Epoch { get; private set; } = recovered.LastEpoch + 1;

    /// <summary>Takes a snapshot.</summary>
    /// <param name="isClean">Whether nothing will follow it.</param>
    /// <returns><c>false</c> when there was no space; the older one still holds.</returns>
    public bool TryWrite(bool isClean)
    {
        ulong next = _sequence + 1;
        try
        {
            using IQueueFile file = context.Files.Open(context.Paths.Snapshot((int)(next & 1)), QueueFileAccess.Create);
            ChunkWriter chunks = new(file);
            JournalPosition position = WriteSegments(chunks, out ulong lastEpoch);
            WriteMessages(chunks);
            chunks.Flush();
            byte[] head = new byte[SnapshotHeader.Size];
            SnapshotHeader header = new(next, position, lastEpoch, chunks.Chunks, chunks.Hash, isClean);
            header.Write(head);
            file.Write(0, head);
            file.DataSync();
            context.Instruments.OtherSyncs.Add();
            context.Instruments.SnapshotBytes.Add(header.FileLength);
            _sequence = next;
            CoveredLsn = position.Lsn;
            Epoch = position.Epoch;
            Bytes = header.FileLength;
            return true;
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            return false;
        }
        catch (IOException error)
        {
            context.Fail(error);
            return false;
        }
    }

    /// <summary>Makes both files, so that a snapshot of a small index never needs space: a full queue that was emptied must be able to say so.</summary>
    public void Prepare()
    {
        try
        {
            bool made = PrepareOne(0) | PrepareOne(1);
            if (made)
            {
                context.Files.SyncDirectory(context.Paths.Directory);
            }
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // A full disk must not keep deliveries from starting; a snapshot is tried again when one is due.
        }
    }

    private bool PrepareOne(int which)
    {
        using IQueueFile file = context.Files.Open(context.Paths.Snapshot(which), QueueFileAccess.Create);
        if (file.Length > 0)
        {
            return false;
        }

        file.Write(0, new byte[SnapshotHeader.Size + 4 * SnapshotHeader.ChunkSize]);
        file.DataSync();
        return true;
    }

    private JournalPosition WriteSegments(ChunkWriter chunks, out ulong lastEpoch)
    {
        lastEpoch = 0;
        JournalPosition position;
        List<SegmentItem> items;
        lock (context.State.Gate)
        {
            position = context.State.Durable;
            items = new List<SegmentItem>(context.State.Segments.All.Count);
            foreach (Segment segment in context.State.Segments.All)
            {
                lastEpoch = Math.Max(lastEpoch, segment.Epoch);
                if (segment.State != SegmentState.Free)
                {
                    items.Add(new SegmentItem(segment.Slot, segment.Epoch, segment.Nonce, segment.LastLsn, segment.End));
                }
            }
        }

        foreach (SegmentItem item in items)
        {
            item.Write(_item);
            chunks.Add(ChunkWriter.SegmentTag, _item);
        }

        return position;
    }

    private void WriteMessages(ChunkWriter chunks)
    {
        MessageItem[] piece = new MessageItem[PieceSize];
        int number = 0;
        bool more = true;
        while (more)
        {
            int count = 0;
            lock (context.State.Gate)
            {
                MessageIndex index = context.State.Index;
                for (; number < index.HighWater && count < piece.Length; number++)
                {
                    ref IndexEntry entry = ref index[number];
                    if (entry.Id != 0)
                    {
                        ulong epoch = context.State.Segments.Find(entry.Place.Slot)!.Epoch;
                        piece[count++] = new MessageItem(
                            entry.Id, entry.ReceivedMilliseconds, entry.ContentLength, entry.Place, epoch, entry.BodySlot, index.StateOf(number));
                    }
                }

                more = number < index.HighWater;
            }

            for (int i = 0; i < count; i++)
            {
                piece[i].Write(_item);
                chunks.Add(ChunkWriter.MessageTag, _item);
            }
        }
    }
}
