using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Snapshots;

namespace EdgeSmtp.Queue.Recovery;

/// <summary>From the files to the state: reads, changes nothing, and gives the same for the same files.</summary>
internal sealed class QueueRecovery
{
    private const int UnreadableBlock = 4096;
    private readonly IQueueFileSystem _files;
    private readonly QueuePaths _paths;
    private readonly RecoveredQueue _queue = new();
    private SnapshotHeader _snapshot;
    private byte[] _buffer = [];

    private QueueRecovery(IQueueFileSystem files, QueuePaths paths)
    {
        _files = files;
        _paths = paths;
    }

    /// <summary>Recovers.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="paths">The queue directory.</param>
    public static RecoveredQueue Run(IQueueFileSystem files, QueuePaths paths)
    {
        QueueRecovery recovery = new(files, paths);
        recovery.Survey();
        recovery.LoadSnapshot();
        recovery.Walk();
        recovery._queue.Settle();
        return recovery._queue;
    }

    private void Survey()
    {
        byte[] head = new byte[Layout.FramesOffset];
        foreach (string name in _files.List(_paths.Directory))
        {
            if (QueuePaths.TryParse(name, QueuePaths.SegmentSuffix, out int slot))
            {
                using IQueueFile file = _files.Open(_paths.Of(name), QueueFileAccess.Read);
                RecoveredSegment segment = new(slot, file.Length);
                Array.Clear(head);
                ReadTolerantly(file, 0, head);
                bool valid = SegmentHeader.TryRead(head, out SegmentHeader header);
                segment.Header = header;
                segment.IsDamaged = !valid && head.AsSpan().ContainsAnyExcept((byte)0);
                _queue.Segments.Add(slot, segment);
                _queue.LastEpoch = Math.Max(_queue.LastEpoch, header.Epoch);
            }
            else if (QueuePaths.TryParse(name, QueuePaths.BodySuffix, out slot))
            {
                using IQueueFile file = _files.Open(_paths.Of(name), QueueFileAccess.Read);
                _queue.Bodies.Add(slot, file.Length);
            }
        }
    }

    private void LoadSnapshot()
    {
        IReadOnlyList<string> names = _files.List(_paths.Directory);
        bool anyDamaged = false;
        for (int which = 0; which < 2; which++)
        {
            if (names.Contains(Path.GetFileName(_paths.Snapshot(which)), StringComparer.Ordinal))
            {
                using IQueueFile file = _files.Open(_paths.Snapshot(which), QueueFileAccess.Read);
                bool? whole = SnapshotReader.Verify(file, out SnapshotHeader header);
                anyDamaged |= whole == false;
                _snapshot = whole == true && header.Sequence > _snapshot.Sequence ? header : _snapshot;
            }
        }

        _queue.Report.Snapshot = _snapshot.Sequence;
        _queue.Report.SnapshotsDamaged = anyDamaged && _snapshot.Sequence == 0;
        if (_snapshot.Sequence == 0)
        {
            return;
        }

        _queue.LastEpoch = Math.Max(_queue.LastEpoch, _snapshot.LastEpoch);
        _queue.CoveredLsn = _snapshot.Position.Lsn;
        _queue.SnapshotBytes = _snapshot.FileLength;
        using IQueueFile chosen = _files.Open(_paths.Snapshot((int)(_snapshot.Sequence & 1)), QueueFileAccess.Read);
        SnapshotReader.Read(chosen, _snapshot, LoadSegment, _queue.Load);
    }

    private void LoadSegment(SegmentItem item)
    {
        if (!_queue.Segments.TryGetValue(item.Slot, out RecoveredSegment? segment))
        {
            return;
        }

        if (segment.IsDamaged)
        {
            // Both copies of the head are gone, but the snapshot knows enough to walk it.
            segment.Header = new SegmentHeader(SegmentFlags.None, item.Slot, item.Epoch, item.Nonce, 0, 0, 0);
            segment.IsDamaged = false;
        }

        if (segment.Header.Epoch == item.Epoch)
        {
            segment.LastLsn = item.LastLsn;
            segment.End = item.End;
        }
    }

    private void Walk()
    {
        List<(RecoveredSegment Segment, long? End, bool IsClosed)> chain = Chain();
        ulong expected = _snapshot.Position.Lsn + 1;
        _queue.Position = _snapshot.Position;
        for (int i = 0; i < chain.Count; i++)
        {
            (RecoveredSegment segment, long? knownEnd, bool isClosed) = chain[i];
            bool resumes = segment.Header.Epoch == _snapshot.Position.Epoch;
            int from = resumes ? (int)_snapshot.Position.Offset : Layout.FramesOffset;
            if (!resumes)
            {
                expected = Bridge(segment.Header, expected, isFirst: i == 0 && _snapshot.Sequence == 0);
            }

            SegmentWalk walk = new(_queue, segment, isClosed) { Expected = expected };
            bool nothingFollows = resumes && i == chain.Count - 1 && _snapshot.IsClean;
            int limit = nothingFollows ? from : (int)Math.Clamp(knownEnd ?? segment.Length, from, Math.Max(segment.Length, from));
            walk.Run(Read(segment, from, limit), from, isEndKnown: knownEnd is not null);
            expected = walk.Expected;
            segment.End = walk.End;
            segment.LastLsn = expected - 1;
            _queue.Position = new JournalPosition(expected - 1, segment.Header.Epoch, walk.End);
        }

        _queue.Report.IsClean = _snapshot.IsClean && _queue.Report.FramesReplayed == 0;
        foreach (RecoveredSegment segment in _queue.Segments.Values)
        {
            if (segment.IsDamaged)
            {
                _queue.Report.DamagedSegments.Add(segment.Slot);
            }
        }
    }

    /// <summary>The segments to walk, oldest first. Each names the one before: what it leaves out was begun, but nothing in it was acknowledged.</summary>
    private List<(RecoveredSegment Segment, long? End, bool IsClosed)> Chain()
    {
        List<RecoveredSegment> candidates = [];
        foreach (RecoveredSegment segment in _queue.Segments.Values)
        {
            if (!segment.IsDamaged && segment.Header.Epoch > 0 && segment.Header.Epoch >= _snapshot.Position.Epoch && (segment.Header.Flags & SegmentFlags.Free) == 0)
            {
                candidates.Add(segment);
            }
        }

        candidates.Sort(static (a, b) => b.Header.Epoch.CompareTo(a.Header.Epoch));
        List<(RecoveredSegment Segment, long? End, bool IsClosed)> chain = [];
        SegmentHeader? successor = null;
        foreach (RecoveredSegment segment in candidates)
        {
            if (successor is not { } next)
            {
                chain.Add((segment, null, false));
            }
            else if (segment.Header.Epoch > next.PreviousEpoch)
            {
                continue;
            }
            else
            {
                bool follows = segment.Header.Epoch == next.PreviousEpoch;
                chain.Add((segment, follows ? next.PreviousEnd : null, !follows || (next.Flags & SegmentFlags.AfterGap) == 0));
            }

            successor = segment.Header;
        }

        chain.Reverse();
        return chain;
    }

    private ulong Bridge(in SegmentHeader header, ulong expected, bool isFirst)
    {
        if (header.FirstLsn <= expected)
        {
            return expected;
        }

        if (!isFirst && (header.Flags & SegmentFlags.AfterGap) == 0)
        {
            _queue.Report.MissingLsns.Add((expected, header.FirstLsn - 1));
        }

        return header.FirstLsn;
    }

    private ReadOnlySpan<byte> Read(RecoveredSegment segment, int from, int to)
    {
        int length = to - from;
        if (_buffer.Length < length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        Span<byte> data = _buffer.AsSpan(0, length);
        if (length > 0)
        {
            using IQueueFile file = _files.Open(_paths.Segment(segment.Slot), QueueFileAccess.Read);
            ReadTolerantly(file, from, data);
        }

        return data;
    }

    /// <summary>What cannot be read counts as damaged, block by block, instead of ending the recovery.</summary>
    private static void ReadTolerantly(IQueueFile file, long offset, Span<byte> data)
    {
        try
        {
            int read = file.Read(offset, data);
            data[read..].Clear();
        }
        catch (IOException) when (data.Length > UnreadableBlock)
        {
            for (int i = 0; i < data.Length; i += UnreadableBlock)
            {
                ReadTolerantly(file, offset + i, data.Slice(i, Math.Min(UnreadableBlock, data.Length - i)));
            }
        }
        catch (IOException)
        {
            data.Clear();
        }
    }
}
