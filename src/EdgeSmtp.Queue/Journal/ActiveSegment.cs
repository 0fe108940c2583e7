using System.Security.Cryptography;
using EdgeSmtp.Queue.Store;

namespace EdgeSmtp.Queue.Journal;

/// <summary>Where the committer writes: rolls to a free segment, and names the end of the one before in its head.</summary>
/// <param name="context">Its store.</param>
/// <param name="lastEpoch">The highest epoch that any segment ever had.</param>
internal sealed class ActiveSegment(QueueContext context, ulong lastEpoch)
{
    private ulong _lastEpoch = lastEpoch;
    private bool _afterGap = true;

    /// <summary>The segment; <c>null</c> before the first roll and after a failed write.</summary>
    public Segment? Segment { get; private set; }

    /// <summary>Where the next batch begins.</summary>
    public int Start { get; private set; }

    /// <summary>Its head, to be written with the first batch; <c>null</c> once it is durable.</summary>
    public SegmentHeader? PendingHeader { get; private set; }

    /// <summary>Whether so many more bytes fit.</summary>
    /// <param name="bytes">Bytes behind <see cref="Start"/>.</param>
    public bool Fits(long bytes) => Segment is { } segment && Start + bytes <= segment.Length;

    /// <summary>Takes a free segment into use. No batch may be open.</summary>
    /// <param name="keep">Free segments that must be left.</param>
    /// <param name="nextLsn">The LSN that it begins with.</param>
    /// <returns><c>false</c> when there is none to spare.</returns>
    public bool TryRoll(int keep, ulong nextLsn)
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        QueueState state = context.State;
        lock (state.Gate)
        {
            Segment? next = state.Segments.TryActivate(keep, context.Now);
            if (next is null)
            {
                return false;
            }

            next.Epoch = ++_lastEpoch;
            next.Nonce = BitConverter.ToUInt64(random);
            next.LastLsn = nextLsn - 1;
            next.End = Layout.FramesOffset;
            Segment = next;
        }

        SegmentFlags flags = _afterGap ? SegmentFlags.AfterGap : SegmentFlags.None;
        PendingHeader = new SegmentHeader(flags, Segment.Slot, Segment.Epoch, Segment.Nonce, nextLsn, state.Durable.Epoch, state.Durable.Offset);
        _afterGap = false;
        Start = 0;
        context.Janitor!.Wake();
        return true;
    }

    /// <summary>A batch is durable. Called under the store's lock.</summary>
    /// <param name="bytes">Its length, the head of the segment included.</param>
    /// <param name="lastLsn">Its last LSN.</param>
    public void Advance(int bytes, ulong lastLsn)
    {
        Start += bytes;
        PendingHeader = null;
        Segment!.End = Start;
        Segment.LastLsn = lastLsn;
        context.State.Durable = new JournalPosition(lastLsn, Segment.Epoch, Start);
    }

    /// <summary>A write found no space: what got to the disk ends with the last durable batch, and the next segment says so.</summary>
    public void GiveUp()
    {
        lock (context.State.Gate)
        {
            context.State.Segments.Seal(context.Now);
        }

        Segment = null;
        PendingHeader = null;
        Start = 0;
        _afterGap = true;
        context.Janitor!.Wake();
    }
}
