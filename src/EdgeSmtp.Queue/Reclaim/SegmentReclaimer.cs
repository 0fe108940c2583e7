using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Snapshots;
using EdgeSmtp.Queue.Store;

namespace EdgeSmtp.Queue.Reclaim;

/// <summary>Frees what nothing needs: segments without live messages that a snapshot covers, and body files beyond those kept for reuse.</summary>
/// <param name="context">Its store.</param>
/// <param name="snapshots">Says what is covered.</param>
internal sealed class SegmentReclaimer(QueueContext context, SnapshotWriter snapshots)
{
    /// <summary>Whether dead segments wait only for a snapshot.</summary>
    public bool WaitsForSnapshot
    {
        get
        {
            lock (context.State.Gate)
            {
                foreach (Segment segment in context.State.Segments.All)
                {
                    if (IsDead(segment) && segment.LastLsn > snapshots.CoveredLsn)
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    /// <summary>Frees one segment or one body file.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryFree()
    {
        Segment? dead = FindDead();
        if (dead is null)
        {
            return TryDeleteBody();
        }

        if (TryRemoveSurplus(dead))
        {
            dead.File.Dispose();
            context.Files.Delete(context.Paths.Segment(dead.Slot));
            return true;
        }

        // A hint for a walk without snapshots; it needs no sync, because with a snapshot nobody looks here.
        byte[] head = new byte[Layout.FramesOffset];
        new SegmentHeader(SegmentFlags.Free, dead.Slot, dead.Epoch, dead.Nonce, 0, 0, 0).Write(head);
        try
        {
            dead.File.Write(0, head);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // A file system that copies on write may have no block for it; the hint is then missing.
        }
        catch (IOException error)
        {
            context.Fail(error);
            return false;
        }

        lock (context.State.Gate)
        {
            context.State.Segments.Free(dead);
        }

        return true;
    }

    private bool TryRemoveSurplus(Segment dead)
    {
        lock (context.State.Gate)
        {
            if (context.State.Segments.FreeCount < context.Options.FreeSegmentsMax && dead.Length == context.Options.SegmentBytes)
            {
                return false;
            }

            context.State.Segments.Remove(dead);
            return true;
        }
    }

    private static bool IsDead(Segment segment) => segment.State is SegmentState.Sealed && segment.LiveRecords == 0;

    private Segment? FindDead()
    {
        lock (context.State.Gate)
        {
            foreach (Segment segment in context.State.Segments.All)
            {
                if (IsDead(segment) && segment.LastLsn <= snapshots.CoveredLsn)
                {
                    return segment;
                }
            }
        }

        return null;
    }

    private bool TryDeleteBody()
    {
        int slot;
        lock (context.State.Gate)
        {
            slot = context.State.Bodies.RemoveExcess(context.Options.FreeBodyBytesMax);
        }

        if (slot == 0)
        {
            return false;
        }

        context.Files.Delete(context.Paths.Body(slot));
        return true;
    }
}
