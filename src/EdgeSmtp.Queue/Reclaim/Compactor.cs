using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Store;

namespace EdgeSmtp.Queue.Reclaim;

/// <summary>Copies the live messages of an old segment forward, so that one deferred message does not pin it. One segment at a time, a piece at each step.</summary>
/// <param name="context">Its store.</param>
internal sealed class Compactor(QueueContext context)
{
    private const int PieceRecords = 256;
    private const long PieceBytes = 1 << 20;
    private const int ScanPiece = 4096;
    private const int RetryMilliseconds = 1000;
    private const double PressureLiveShareMax = 0.75;
    private readonly List<ulong> _ids = [];
    private Segment? _segment;
    private int _next;
    private int _inFlight;
    private bool _refused;

    /// <summary>Goes on, or begins with the segment that has the least to copy.</summary>
    /// <param name="pressure">Whether space is short: age does not matter then.</param>
    /// <returns>Whether there was anything to do.</returns>
    public bool Step(bool pressure)
    {
        if (Volatile.Read(ref _inFlight) > 0)
        {
            return false;
        }

        if (_segment is null)
        {
            return TryBegin(pressure);
        }

        if (_next < _ids.Count && !_refused)
        {
            CopyPiece(_segment);
            return true;
        }

        lock (context.State.Gate)
        {
            // What could not be copied waits for its next turn.
            _segment.State = SegmentState.Sealed;
            _segment.SealedMilliseconds = context.Now;
        }

        _segment = null;
        return true;
    }

    private bool TryBegin(bool pressure)
    {
        lock (context.State.Gate)
        {
            _segment = Choose(pressure);
            if (_segment is null)
            {
                return false;
            }

            _segment.State = SegmentState.Compacting;
        }

        _ids.Clear();
        _next = 0;
        _refused = false;
        int number = 0;
        for (bool more = true; more;)
        {
            lock (context.State.Gate)
            {
                MessageIndex index = context.State.Index;
                int end = Math.Min(number + ScanPiece, index.HighWater);
                for (; number < end; number++)
                {
                    if (index[number].Id != 0 && index[number].Place.Slot == _segment.Slot)
                    {
                        _ids.Add(index[number].Id);
                    }
                }

                more = number < index.HighWater;
            }
        }

        return true;
    }

    private Segment? Choose(bool pressure)
    {
        Segment? best = null;
        double bestShare = pressure ? PressureLiveShareMax : context.Options.CompactLiveShareMax;
        long age = pressure ? RetryMilliseconds : Math.Max((long)context.Options.CompactAfter.TotalMilliseconds, RetryMilliseconds);
        long sealedBefore = context.Now - age;
        foreach (Segment segment in context.State.Segments.All)
        {
            double share = segment.LiveBytes / (double)segment.Length;
            if (segment.State == SegmentState.Sealed && segment.LiveRecords > 0 && segment.SealedMilliseconds <= sealedBefore && share <= bestShare)
            {
                best = segment;
                bestShare = share;
            }
        }

        return best;
    }

    private void CopyPiece(Segment segment)
    {
        List<JournalOperation> piece = [];
        long bytes = 0;
        for (; _next < _ids.Count && piece.Count < PieceRecords && bytes < PieceBytes; _next++)
        {
            if (Read(segment, _ids[_next]) is { } record)
            {
                JournalOperation copy = context.Operations.Rent(OperationKind.Copy);
                copy.IsDetached = true;
                copy.Source = record;
                copy.Ended = OnCopied;
                piece.Add(copy);
                bytes += record.Place.Length;
            }
        }

        Volatile.Write(ref _inFlight, piece.Count);
        foreach (JournalOperation copy in piece)
        {
            context.Enqueue(copy);
        }
    }

    private StoredRecord? Read(Segment segment, ulong id)
    {
        RecordPlace place;
        lock (context.State.Gate)
        {
            int number = context.State.Index.Find(id);
            if (number < 0 || context.State.Index[number].Place.Slot != segment.Slot)
            {
                return null;
            }

            place = context.State.Index[number].Place;
        }

        try
        {
            // A damaged one stays where it is: the attempt that reads it holds it and says so.
            return StoredRecord.Read(segment.File, place, id);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void OnCopied(JournalOperation operation, CommitResult result)
    {
        if (result == CommitResult.Committed)
        {
            context.Instruments.Copied.Add();
        }
        else
        {
            _refused = true;
        }

        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            context.Janitor!.Wake();
        }
    }
}
