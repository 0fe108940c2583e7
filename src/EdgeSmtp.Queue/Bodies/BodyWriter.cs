using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Store;
using EdgeSmtp.Queue.Workers;

namespace EdgeSmtp.Queue.Bodies;

/// <summary>Writes and syncs large bodies before the frame that names them may enter a batch: no commit of small mail waits for them.</summary>
/// <param name="context">Its store.</param>
internal sealed class BodyWriter(QueueContext context) : QueueWorker("edgesmtp-bodies")
{
    private readonly CommitQueue _queue = new(TimeSpan.Zero);
    private JournalOperation? _rest;

    /// <summary>Whether a file was made whose name is not durable yet. Its operation may have been refused since: the file is free then, and the next body that takes it makes up for that.</summary>
    private bool _namesUnsynced;

    /// <summary>Takes an operation with external records; hands it to the committer when they are durable.</summary>
    /// <param name="operation">Complete but for the body slots.</param>
    public void Enqueue(JournalOperation operation)
    {
        if (_queue.Enqueue(operation))
        {
            Wake();
        }
    }

    /// <inheritdoc />
    public override bool Step()
    {
        _rest = _queue.TakeAll();
        bool worked = _rest is not null;
        while (_rest is { } operation)
        {
            _rest = operation.Next;
            operation.Next = null;
            Write(operation);
        }

        return worked;
    }

    /// <inheritdoc />
    protected override void OnFault(Exception error)
    {
        context.Fail(error);
        while (_rest is { } operation)
        {
            _rest = operation.Next;
            operation.Next = null;
            context.Enqueue(operation);
        }
    }

    private void Write(JournalOperation operation)
    {
        if (context.State.Health != StoreHealth.Failed)
        {
            try
            {
                WriteBodies(operation);
            }
            catch (IOException error) when (DiskErrors.IsFull(error))
            {
                // The committer answers it, so that operations end in one place only.
                operation.IsRefused = true;
                context.ReportFull(forBody: true);
            }
            catch (IOException error)
            {
                context.Fail(error);
            }
        }

        context.Enqueue(operation);
    }

    private void WriteBodies(JournalOperation operation)
    {
        foreach (ref RecordDraft record in operation.Records)
        {
            if (record.Header.External && record.BodySlot < 0)
            {
                int slot;
                bool isNew;
                lock (context.State.Gate)
                {
                    slot = context.State.Bodies.Acquire(record.Header.ContentLength, out isNew);
                }

                operation.SetBodySlot(ref record, slot);
                _namesUnsynced |= isNew;
                WriteBody(ref record);
            }
        }

        if (_namesUnsynced)
        {
            context.Files.SyncDirectory(context.Paths.Directory);
            _namesUnsynced = false;
            context.Instruments.OtherSyncs.Add();
        }
    }

    private void WriteBody(ref RecordDraft record)
    {
        string path = context.Paths.Body(record.BodySlot);
        try
        {
            using IQueueFile file = context.Files.Open(path, QueueFileAccess.Create);
            long offset = 0;
            foreach (ReadOnlyMemory<byte> part in record.Content)
            {
                file.Write(offset, part.Span);
                offset += part.Length;
            }

            file.DataSync();
            context.Instruments.BodySyncs.Add();
            context.Instruments.BodyBytes.Add(offset);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // A file that could not be written whole goes, so that its blocks are free and a failed sync is never tried on it again.
            int slot = record.BodySlot;
            record.BodySlot = -1;
            context.Files.Delete(path);
            lock (context.State.Gate)
            {
                context.State.Bodies.Forget(slot);
            }

            throw;
        }
    }
}
