using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Store;

namespace EdgeSmtp.Queue.Reclaim;

/// <summary>Fills new segments with zeros before anybody needs them: overwriting allocated blocks is the cheapest commit there is (ADR 0006).</summary>
/// <param name="context">Its store.</param>
internal sealed class SegmentMaker(QueueContext context)
{
    private const int PieceSize = 1 << 20;
    private const int RetryMilliseconds = 1000;
    private long _notBefore;

    /// <summary>Makes one segment, if too few are free.</summary>
    /// <returns>Whether it made one.</returns>
    public bool TryMake()
    {
        int slot;
        lock (context.State.Gate)
        {
            if (context.State.Segments.FreeCount >= context.Options.SegmentsAhead || context.Now < _notBefore)
            {
                return false;
            }

            slot = context.State.Segments.UnusedSlot();
        }

        IQueueFile? file = null;
        string path = context.Paths.NewSegment(slot);
        try
        {
            file = context.Files.Open(path, QueueFileAccess.Create);
            Fill(file);
            context.Files.Rename(path, context.Paths.Segment(slot));
            context.Files.SyncDirectory(context.Paths.Directory);
            context.Instruments.OtherSyncs.Add(2);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // The half-made file goes, so that it does not hold the space that others lack.
            file?.Dispose();
            if (file is not null)
            {
                context.Files.Delete(path);
            }

            _notBefore = context.Now + RetryMilliseconds;
            return false;
        }
        catch (IOException error)
        {
            file?.Dispose();
            context.Fail(error);
            return false;
        }

        lock (context.State.Gate)
        {
            context.State.Segments.Add(new Segment(slot, file));
        }

        return true;
    }

    private void Fill(IQueueFile file)
    {
        byte[] zeros = new byte[Math.Min(PieceSize, context.Options.SegmentBytes)];
        for (int offset = 0; offset < context.Options.SegmentBytes; offset += zeros.Length)
        {
            file.Write(offset, zeros.AsSpan(0, Math.Min(zeros.Length, context.Options.SegmentBytes - offset)));
        }

        file.DataSync();
    }
}
