using System.Diagnostics;
using System.Security.Cryptography;
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
    private readonly Queue<JournalOperation> _stalled = new();
    private byte[] _buffer = new byte[64 << 10];
    private JournalOperation? _rest;
    private SegmentHeader _header;
    private Segment? _active;
    private bool _afterGap = true;
    private bool _headerPending;
    private int _start;
    private int _length;
    private int _frames;
    private ulong _nextLsn;
    private ulong _lastEpoch;
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
        _lastEpoch = lastEpoch;
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
        int count = _stalled.Count;
        if (count == 0 || (_state.Health != StoreHealth.Failed && !HasFreeSegment()))
        {
            return false;
        }

        for (; count > 0; count--)
        {
            Take(_stalled.Dequeue());
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

        if (operation.Kind == OperationKind.Copy && !TryMakeCopy(operation))
        {
            End(operation, CommitResult.Committed);
            return;
        }

        int length = operation.FrameLength;
        if (_length > 0 && (_length + length > _context.Options.Commit.BatchBytesMax || _batch.Count >= BatchFramesMax))
        {
            WriteBatch();
        }

        if (_active is null || _start + _length + length > _active.Length)
        {
            WriteBatch();
            if (_state.Health == StoreHealth.Failed || !TryRoll(operation, length))
            {
                Refuse(operation);
                return;
            }
        }

        Append(operation, length);
    }

    private bool TryMakeCopy(JournalOperation operation)
    {
        StoredRecord source = operation.Source!;
        lock (_state.Gate)
        {
            int number = _state.Index.Find(source.Header.Id);
            if (number < 0 || _state.Index[number].Place != source.Place)
            {
                return false;
            }

            operation.AddCopy(source, _state.Index.StateOf(number));
        }

        operation.FinishMeta();
        return true;
    }

    private bool TryRoll(JournalOperation operation, int length)
    {
        // New mail leaves the last free segment to deliveries, so that a full queue can always be emptied.
        int keep = operation.Kind == OperationKind.Submit ? 1 : 0;
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        lock (_state.Gate)
        {
            Segment? next = _state.Segments.TryActivate(keep, _context.Now);
            if (next is null)
            {
                return false;
            }

            next.Epoch = ++_lastEpoch;
            next.Nonce = BitConverter.ToUInt64(random);
            next.LastLsn = _nextLsn - 1;
            next.End = Layout.FramesOffset;
            _active = next;
        }

        _context.Janitor!.Wake();
        _header = new SegmentHeader(
            _afterGap ? SegmentFlags.AfterGap : SegmentFlags.None,
            _active.Slot,
            _active.Epoch,
            _active.Nonce,
            _nextLsn,
            _state.Durable.Epoch,
            _state.Durable.Offset);
        _afterGap = false;
        _headerPending = true;
        _start = 0;
        _length = 0;
        return Layout.FramesOffset + length <= _active.Length
            ? true
            : throw new InvalidOperationException($"A frame of {length} bytes does not fit a segment of {_active.Length}.");
    }

    private void Append(JournalOperation operation, int length)
    {
        int header = _headerPending && _length == 0 ? Layout.FramesOffset : 0;
        if (_buffer.Length < _length + header + length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(_buffer.Length * 2L, _length + header + length), Array.MaxLength));
        }

        if (header > 0)
        {
            _header.Write(_buffer);
            _length = header;
        }

        ulong lsn = _nextLsn++;
        ulong batch = lsn - (ulong)_frames++;
        operation.Write(_buffer.AsSpan(_length, length), new FrameHeader(length, lsn, _active!.Epoch, batch, operation.Count), _active.Slot, _start + _length, _active.Nonce);
        _length += length;
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
            if (operation.Kind == OperationKind.Submit)
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
                _start += _length;
                _active!.End = _start;
                _active.LastLsn = _nextLsn - 1;
                _state.Durable = new JournalPosition(_nextLsn - 1, _active.Epoch, _start);
            }
        }

        _context.Instruments.Commits.Add(messages);
        EndBatch(CommitResult.Committed);
    }

    private bool TryWrite()
    {
        try
        {
            _active!.File.Write(_start, _buffer.AsSpan(0, _length));
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // Nothing of it was acknowledged, and its LSNs are not used again: what got to the disk ends with this segment.
            _afterGap = true;
            GiveUpSegment();
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
            _active.File.DataSync();
        }
        catch (IOException error)
        {
            // Whatever the reason: the kernel may have dropped the pages, and a second fdatasync would report a success that is none.
            OnFault(error);
            return false;
        }

        _headerPending = false;
        QueueInstruments instruments = _context.Instruments;
        instruments.SyncDuration.Observe(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        instruments.JournalSyncs.Add();
        instruments.JournalBytes.Add(_length);
        instruments.BatchFrames.Observe(_frames);
        return true;
    }

    private void GiveUpSegment()
    {
        lock (_state.Gate)
        {
            _state.Segments.Seal(_context.Now);
        }

        _active = null;
        _start = 0;
        _headerPending = false;
        _context.Janitor!.Wake();
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
