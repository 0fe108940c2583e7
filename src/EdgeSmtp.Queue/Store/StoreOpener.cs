using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Bodies;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Recovery;
using EdgeSmtp.Queue.Staging;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue.Store;

/// <summary>From recovered state to a running queue: sets damage aside, opens the files, and says what was found.</summary>
/// <param name="options">Settings.</param>
/// <param name="files">The disk.</param>
/// <param name="paths">The queue directory.</param>
/// <param name="logger">Told what was found.</param>
internal sealed class StoreOpener(QueueOptions options, IQueueFileSystem files, QueuePaths paths, ILogger logger)
{
    private const int CopyPiece = 64 << 10;

    /// <summary>Recovers, and makes the context of a store.</summary>
    /// <param name="staging">The staging area.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Takes the series.</param>
    /// <param name="recovered">What was recovered.</param>
    public QueueContext Open(StagingArea staging, TimeProvider time, IMetrics metrics, out RecoveredQueue recovered)
    {
        DeleteUnfinished();
        MakeDurable();
        recovered = QueueRecovery.Run(files, paths);
        QueueInstruments instruments = new(metrics);
        SetAside(recovered, instruments);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!recovered.Report.IsClean)
        {
            Spread(recovered.Index, now);
        }

        QueueState state = new(recovered.Index, OpenSegments(recovered, now), FindBodies(recovered), options, staging.Budget) { Durable = recovered.Position };
        QueueLog.Opened(logger, recovered.Index.Count, recovered.Report.FramesReplayed, recovered.Report.Snapshot, recovered.Report.IsClean);
        return new QueueContext
        {
            Options = options,
            Files = files,
            Paths = paths,
            Time = time,
            Logger = logger,
            Instruments = instruments,
            Staging = staging,
            State = state,
            Commits = new CommitQueue(options.Commit.SettleDelayMax),
        };
    }

    private void DeleteUnfinished()
    {
        foreach (string name in files.List(paths.Directory))
        {
            if (name.EndsWith(QueuePaths.NewSuffix, StringComparison.Ordinal))
            {
                files.Delete(paths.Of(name));
            }
        }
    }

    /// <summary>After a kill there are names and writes that no sync has seen. What is recovered from them is built upon, so it must be as durable as it looks.</summary>
    private void MakeDurable()
    {
        foreach (string name in files.List(paths.Directory))
        {
            // A body was synced before the frame that names it was written.
            if (QueuePaths.TryParse(name, QueuePaths.SegmentSuffix, out _) || name == Path.GetFileName(paths.Snapshot(0)) || name == Path.GetFileName(paths.Snapshot(1)))
            {
                using IQueueFile file = files.Open(paths.Of(name), QueueFileAccess.Write);
                file.DataSync();
            }
        }

        files.SyncDirectory(paths.Directory);
    }

    private void SetAside(RecoveredQueue recovered, QueueInstruments instruments)
    {
        RecoveryReport report = recovered.Report;
        foreach (DamagedRange range in report.DamagedRanges)
        {
            string path = paths.Damaged(range.Slot, range.Epoch, range.From);
            Copy(range, path);
            QueueLog.Quarantined(logger, range.Slot, range.Epoch, range.From, range.To, path);
            instruments.Quarantined.Add();
        }

        foreach (int slot in report.DamagedSegments)
        {
            string path = paths.Damaged(slot, 0, 0);
            files.Rename(paths.Segment(slot), path);
            QueueLog.DamagedHeader(logger, slot, path);
            instruments.Quarantined.Add();
            recovered.Segments.Remove(slot);
        }

        foreach ((ulong first, ulong last) in report.MissingLsns)
        {
            QueueLog.MissingLsns(logger, first, last);
        }

        foreach (MessageId id in report.LostMessages)
        {
            QueueLog.LostReference(logger, id);
        }

        if (report.SnapshotsDamaged)
        {
            QueueLog.DamagedSnapshots(logger);
        }
    }

    private void Copy(DamagedRange range, string path)
    {
        byte[] piece = new byte[CopyPiece];
        try
        {
            using IQueueFile source = files.Open(paths.Segment(range.Slot), QueueFileAccess.Read);
            using IQueueFile target = files.Open(path, QueueFileAccess.Create);
            for (long offset = range.From; offset < range.To; offset += piece.Length)
            {
                int read = source.Read(offset, piece.AsSpan(0, (int)Math.Min(piece.Length, range.To - offset)));
                target.Write(offset - range.From, piece.AsSpan(0, read));
            }
        }
        catch (IOException error)
        {
            // For people only: what the disk does not give, or does not take, is left out.
            QueueLog.NotSetAside(logger, path, error);
        }
    }

    /// <summary>
    /// A crash may have taken the latest retry times, and a long stop made everything due: no stampede on the next hops. Filters are asked a few messages at a time whatever is due, and in
    /// quarantine the time says since when.
    /// </summary>
    private void Spread(MessageIndex index, long now)
    {
        ulong interval = (ulong)options.CrashSpread.TotalMilliseconds;
        for (int number = 0; number < index.HighWater; number++)
        {
            ref IndexEntry entry = ref index[number];
            if (interval > 0 && entry is { Id: not 0, Lane: MessageLane.Delivery, Attempts: > 0 } && entry.NextMilliseconds <= now)
            {
                index.SetNext(number, now + (long)((entry.Id * 0x9E3779B97F4A7C15 >> 16) % interval));
            }
        }
    }

    private SegmentTable OpenSegments(RecoveredQueue recovered, long now)
    {
        SegmentTable segments = new();
        foreach (RecoveredSegment found in recovered.Segments.Values)
        {
            bool free = found.LiveRecords == 0 && found.LastLsn <= recovered.CoveredLsn;
            if (free && found.Length != options.SegmentBytes)
            {
                files.Delete(paths.Segment(found.Slot));
                continue;
            }

            segments.Add(new Segment(found.Slot, files.Open(paths.Segment(found.Slot), QueueFileAccess.Write))
            {
                State = free ? SegmentState.Free : SegmentState.Sealed,
                Epoch = found.Header.Epoch,
                Nonce = found.Header.Nonce,
                LastLsn = found.LastLsn,
                End = found.End,
                LiveRecords = found.LiveRecords,
                LiveBytes = found.LiveBytes,

                // Compaction waits its time after a start too, which is busy enough.
                SealedMilliseconds = now,
            });
        }

        return segments;
    }

    private static BodyFiles FindBodies(RecoveredQueue recovered)
    {
        BodyFiles bodies = new();
        HashSet<int> owned = [];
        for (int number = 0; number < recovered.Index.HighWater; number++)
        {
            ref IndexEntry entry = ref recovered.Index[number];
            if (entry.Id != 0 && entry.BodySlot >= 0 && owned.Add(entry.BodySlot))
            {
                // A missing file is kept as one without bytes: whoever reads the message finds it damaged.
                bodies.Add(entry.BodySlot, recovered.Bodies.GetValueOrDefault(entry.BodySlot), owned: true);
            }
        }

        foreach ((int slot, long size) in recovered.Bodies)
        {
            if (!owned.Contains(slot))
            {
                bodies.Add(slot, size, owned: false);
            }
        }

        return bodies;
    }
}
