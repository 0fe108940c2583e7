using System.Diagnostics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Store;
using EdgeSmtp.Queue.Workers;

namespace EdgeSmtp.Queue.Journal;

/// <summary>
/// The only writer of the active segment: builds batches of frames, writes each with one call, syncs once, applies, completes. A message is ours when
/// <see cref="IQueueFile.DataSync"/> has returned in <see cref="WriteBatch"/>, and at no other place.
/// </summary>
internal sealed class Committer : QueueWorker
{
    private const int BatchFramesMax = 4096;
    private const int RetryAfterFailureMilliseconds = 15 * 60 * 1000;
    private readonly QueueContext _context;
    private readonly QueueState _state;
    private readonly List<JournalOperation> _batch = [];
    private Queue<JournalOperation> _stalled = new();
    private Queue<JournalOperation> _retried = new();
    private readonly ActiveSegment _active;
    private byte[] _buffer = new byte[64 << 10];
    private JournalOperation? _rest;
    private int _length;
    private int _frames;
    private ulong _nextLsn;
    private int _fruitlessWaits;

    /// <summary>Creates the committer.</summary>
    /// <param name="context">Its store.</param>
    /// <param name="lastEpoch">The highest epoch that any segment ever had.</param>
    /// <param name="lastLsn">The highest LSN seen.</param>
    public Committer(QueueContext context, ulong lastEpoch, ulong lastLsn)
        : base("edgesmtp-committer")
    {
        _context = context;
        _state = context.State;
        _active = new ActiveSegment(context, lastEpoch);
        _nextLsn = lastLsn + 1;
    }

    /// <summary>Whether the thread has ended: nothing can be committed any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Answers what came too late. Called when the thread has ended.</summary>
    public void Close()
    {
        IsClosed = true;
        _rest = _context.Commits.TakeRest();
        EndRest();
        while (_stalled.TryDequeue(out JournalOperation? operation))
        {
            End(operation, CommitResult.Failed);
        }
    }

    /// <summary>Answers an operation that came after the end.</summary>
    /// <param name="operation">Not enqueued.</param>
    public void Reject(JournalOperation operation) => End(operation, CommitResult.Failed);

    /// <inheritdoc />
    protected override int IdleMilliseconds => _stalled.Count > 0 ? 1000 : _context.Commits.WaitMilliseconds;

    /// <inheritdoc />
    public override bool Step()
    {
        bool worked = RetryStalled();
        Gather();
        _rest = _context.Commits.TakeAll();
        worked |= _rest is not null;
        while (_rest is { } operation)
        {
            _rest = operation.Next;
            operation.Next = null;
            Take(operation);
        }

        WriteBatch();
        return worked;
    }

    /// <inheritdoc />
    protected override void OnFault(Exception error)
    {
        _context.Fail(error);
        EndBatch(CommitResult.Failed);
        EndRest();
    }

    private void EndRest()
    {
        while (_retried.TryDequeue(out JournalOperation? retried))
        {
            End(retried, CommitResult.Failed);
        }

        while (_rest is { } operation)
        {
            _rest = operation.Next;
            operation.Next = null;
            End(operation, CommitResult.Failed);
        }
    }

    private void Gather()
    {
        // With nobody on the way there is no wait; when waits gain nothing (one slow client among fast ones), most are left out.
        if (_context.Commits.HasUrgent && _context.Staging.Gate.InFlight > 0 && (_fruitlessWaits < 4 || _fruitlessWaits++ % 16 == 0))
        {
            long before = _context.Staging.Gate.Arrived;
            _context.Staging.Gate.Wait(_context.Options.Commit.GatherMax);
            _fruitlessWaits = _context.Staging.Gate.Arrived == before ? _fruitlessWaits + 1 : 0;
        }
    }

    private bool RetryStalled()
    {
        if (_stalled.Count == 0 || (_state.Health != StoreHealth.Failed && !HasFreeSegment()))
        {
            return false;
        }

        (_retried, _stalled) = (_stalled, _retried);
        while (_retried.TryDequeue(out JournalOperation? operation))
        {
            Take(operation);
        }

        WriteBatch();
        return true;
    }

    private bool HasFreeSegment()
    {
        lock (_state.Gate)
        {
            return _state.Segments.FreeCount > 0;
        }
    }

    private void Take(JournalOperation operation)
    {
        if (_state.Health == StoreHealth.Failed)
        {
            End(operation, CommitResult.Failed);
            return;
        }

        if (operation.IsRefused)
        {
            End(operation, CommitResult.Full);
            return;
        }

        if (MustWait(operation))
        {
            Refuse(operation);
            return;
        }

        if (operation.Kind == OperationKind.Barrier)
        {
            _batch.Add(operation);
            return;
        }

        // A copy is made from the index as all earlier frames left it, so nothing else may be in its batch.
        if (_length > 0 && (operation.Kind == OperationKind.Copy) != (_batch[^1].Kind == OperationKind.Copy))
        {
            WriteBatch();
        }

        if (operation.Kind == OperationKind.Copy && !_state.TryMakeCopy(operation))
        {
            End(operation, CommitResult.Committed);
            return;
        }

        int length = operation.FrameLength;
        if (_length > 0 && (_length + length > _context.Options.Commit.BatchBytesMax || _batch.Count >= BatchFramesMax))
        {
            WriteBatch();
        }

        if (!_active.Fits(_length + (long)length))
        {
            WriteBatch();
            // A record of a time of longer segments stays where it is, and its segment with it.
            bool isTooLong = operation.Kind == OperationKind.Copy && Layout.FramesOffset + (long)length > _context.Options.SegmentBytes;
            if (_state.Health == StoreHealth.Failed || isTooLong || !TryRoll(operation, length))
            {
                Refuse(operation);
                return;
            }
        }

        // The batch before it may have found no space.
        if (MustWait(operation))
        {
            Refuse(operation);
            return;
        }

        Append(operation, length);
    }

    /// <summary>A record carries the whole state, so none may be written before an older one of its message; and what waits is not durable, which a barrier says.</summary>
    private bool MustWait(JournalOperation operation) => _stalled.Count > 0 && operation.Kind is not (OperationKind.Submit or OperationKind.Copy);

    private bool TryRoll(JournalOperation operation, int length)
    {
        // New mail leaves the last free segment to deliveries, so that a full queue can always be emptied.
        if (!_active.TryRoll(keep: operation.Kind is OperationKind.Submit or OperationKind.Replace ? 1 : 0, _nextLsn))
        {
            return false;
        }

        return _active.Fits(Layout.FramesOffset + (long)length)
            ? true
            : throw new InvalidOperationException($"A frame of {length} bytes does not fit a segment.");
    }

    private void Append(JournalOperation operation, int length)
    {
        SegmentHeader? header = _length == 0 ? _active.PendingHeader : null;
        int begin = header is null ? _length : Layout.FramesOffset;
        if (_buffer.Length < begin + length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(_buffer.Length * 2L, begin + length), Array.MaxLength));
        }

        header?.Write(_buffer);
        Segment segment = _active.Segment!;
        ulong lsn = _nextLsn++;
        ulong batch = lsn - (ulong)_frames++;
        FrameHeader frame = new(length, lsn, segment.Epoch, batch, operation.Count);
        operation.Write(_buffer.AsSpan(begin, length), frame, segment.Slot, _active.Start + begin, segment.Nonce);
        _length = begin + length;
        _batch.Add(operation);
    }

    private void Refuse(JournalOperation operation)
    {
        if (_state.Health == StoreHealth.Failed)
        {
            End(operation, CommitResult.Failed);
        }
        else if (operation.Kind is OperationKind.Settle or OperationKind.Operator)
        {
            _stalled.Enqueue(operation);
        }
        else
        {
            if (operation.Kind is OperationKind.Submit or OperationKind.Replace)
            {
                _context.ReportFull();
                _context.Janitor!.Wake();
            }

            End(operation, CommitResult.Full);
        }
    }

    private void WriteBatch()
    {
        if (_state.Health == StoreHealth.Failed)
        {
            EndBatch(CommitResult.Failed);
            return;
        }

        if (_length > 0 && !TryWrite())
        {
            return;
        }

        if (_batch.Count == 0)
        {
            return;
        }

        int messages = 0;
        lock (_state.Gate)
        {
            foreach (JournalOperation operation in _batch)
            {
                messages += operation.Kind is OperationKind.Submit or OperationKind.Settle ? operation.MessageCount : 0;
                _state.Apply(operation);
            }

            if (_length > 0)
            {
                _active.Advance(_length, _nextLsn - 1);
            }
        }

        _context.Instruments.Commits.Add(messages);
        EndBatch(CommitResult.Committed);
    }

    private bool TryWrite()
    {
        IQueueFile file = _active.Segment!.File;
        try
        {
            file.Write(_active.Start, _buffer.AsSpan(0, _length));
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // Nothing of it was acknowledged, and its LSNs are not used again.
            _active.GiveUp();
            foreach (JournalOperation operation in _batch)
            {
                Refuse(operation);
            }

            _batch.Clear();
            _length = 0;
            _frames = 0;
            return false;
        }
        catch (IOException error)
        {
            OnFault(error);
            return false;
        }

        long begun = Stopwatch.GetTimestamp();
        try
        {
            file.DataSync();
        }
        catch (IOException error)
        {
            // Whatever the reason: the kernel may have dropped the pages, and a second fdatasync would report a success that is none.
            OnFault(error);
            return false;
        }

        QueueInstruments instruments = _context.Instruments;
        instruments.SyncDuration.Observe(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        instruments.JournalSyncs.Add();
        instruments.JournalBytes.Add(_length);
        instruments.BatchFrames.Observe(_frames);
        return true;
    }

    private void EndBatch(CommitResult result)
    {
        _length = 0;
        _frames = 0;
        foreach (JournalOperation operation in _batch)
        {
            End(operation, result);
        }

        _batch.Clear();
    }

    private void End(JournalOperation operation, CommitResult result)
    {
        if (result != CommitResult.Committed)
        {
            DropUnwritten(operation, result);
        }

        operation.Source?.Dispose();
        operation.Complete(result);
    }

    private void DropUnwritten(JournalOperation operation, CommitResult result)
    {
        operation.Staged?.Dispose();
        operation.Staged = null;
        lock (_state.Gate)
        {
            foreach (ref RecordDraft record in operation.Records)
            {
                if (operation.Kind != OperationKind.Copy && record.BodySlot >= 0)
                {
                    _state.Bodies.Release(record.BodySlot);
                }
            }

            if (operation.Kind is OperationKind.Settle or OperationKind.Operator)
            {
                _state.ApplyInMemory(operation, _context.Now + RetryAfterFailureMilliseconds);
            }
        }

        if (operation.Kind == OperationKind.Submit)
        {
            (result == CommitResult.Full ? _context.Instruments.RefusedFull : _context.Instruments.RefusedFailed).Add();
        }
    }
}
