using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Recovery;

/// <summary>Walks the frames of one segment (<c>docs/queue.md</c>, Recovery 3 and 4).</summary>
/// <param name="queue">Takes the records.</param>
/// <param name="segment">The segment.</param>
/// <param name="isClosed">Whether a later segment was begun in the ordinary way: then every frame here was acknowledged.</param>
internal ref struct SegmentWalk(RecoveredQueue queue, RecoveredSegment segment, bool isClosed)
{
    private ReadOnlySpan<byte> _data;
    private int _base;

    /// <summary>The LSN that comes next.</summary>
    public ulong Expected { get; set; }

    /// <summary>Where the last good frame ends, in the segment.</summary>
    public long End { get; private set; }

    /// <summary>Walks.</summary>
    /// <param name="data">Bytes of the segment; up to its known end, or all.</param>
    /// <param name="from">Offset of the first of them in the segment.</param>
    /// <param name="isEndKnown">Whether frames reach to the end of <paramref name="data"/>.</param>
    public void Run(ReadOnlySpan<byte> data, int from, bool isEndKnown)
    {
        _data = data;
        _base = from;
        End = from;
        int position = 0;
        while (position < data.Length)
        {
            if (FrameHeader.TryRead(data[position..], segment.Header.Epoch, segment.Header.Nonce, out FrameHeader frame) && frame.Lsn >= Expected)
            {
                int end = position + frame.Length;
                if (IsIntact(position, frame) || WasAcknowledged(end, frame.BatchLsn))
                {
                    Take(position, frame);
                    End = from + end;
                }

                position = end;
                continue;
            }

            int next = FindFrame(position + Layout.Alignment);
            if (next < 0)
            {
                break;
            }

            if (WasAcknowledged(next, Expected))
            {
                queue.Report.DamagedRanges.Add(new DamagedRange(segment.Slot, segment.Header.Epoch, from + position, from + next));
            }

            position = next;
        }

        if (isEndKnown && End < from + data.Length)
        {
            queue.Report.DamagedRanges.Add(new DamagedRange(segment.Slot, segment.Header.Epoch, End, from + data.Length));
        }
    }

    private readonly bool IsIntact(int position, FrameHeader frame)
    {
        int offset = position + FrameHeader.Size;
        for (int i = 0; i < frame.Records; i++)
        {
            RecordView record = new(_data[offset..]);
            if (!record.IsIntact)
            {
                return false;
            }

            offset += (int)record.Header.RecordLength;
        }

        return true;
    }

    private void Take(int position, FrameHeader frame)
    {
        int offset = position + FrameHeader.Size;
        for (int i = 0; i < frame.Records; i++)
        {
            RecordView record = new(_data[offset..]);
            int length = (int)record.Header.RecordLength;
            if (record.IsIntact)
            {
                queue.Apply(record, new RecordPlace(segment.Slot, _base + offset, length));
            }
            else
            {
                queue.Report.DamagedRanges.Add(new DamagedRange(segment.Slot, segment.Header.Epoch, _base + offset, _base + offset + length));
            }

            offset += length;
        }

        Expected = frame.Lsn + 1;
        queue.Report.FramesReplayed++;
    }

    /// <summary>A batch is written only after the one before was synced: a frame of a later write proves that this one had been acknowledged.</summary>
    private readonly bool WasAcknowledged(int from, ulong lsn)
    {
        if (isClosed)
        {
            return true;
        }

        for (int next = FindFrame(from); next >= 0; next = FindFrame(next + Layout.Alignment))
        {
            if (FrameHeader.TryRead(_data[next..], segment.Header.Epoch, segment.Header.Nonce, out FrameHeader frame) && frame.BatchLsn > lsn)
            {
                return true;
            }
        }

        return false;
    }

    private readonly int FindFrame(int from)
    {
        while (from < _data.Length)
        {
            int found = _data[from..].IndexOf(FrameHeader.MagicBytes);
            if (found < 0)
            {
                return -1;
            }

            from += found;
            if (from % Layout.Alignment == 0
                && FrameHeader.TryRead(_data[from..], segment.Header.Epoch, segment.Header.Nonce, out FrameHeader frame)
                && frame.Lsn >= Expected)
            {
                return from;
            }

            from++;
        }

        return -1;
    }
}
