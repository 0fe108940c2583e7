using System.Buffers;
using System.IO.Hashing;
using System.Threading.Tasks.Sources;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.Index;

namespace EdgeSmtp.Queue.Journal;

/// <summary>
/// One frame on its way to the disk, and the awaitable of who waits for it. Pooled: in steady state a commit allocates nothing here. Meta and checksums are
/// made on the caller's thread; the committer only copies.
/// </summary>
internal sealed class JournalOperation : IValueTaskSource<CommitResult>
{
    private readonly JournalOperationPool _pool;
    private readonly ByteWriter _meta = new();
    private readonly XxHash3 _hasher = new();
    private ManualResetValueTaskSourceCore<CommitResult> _core = new() { RunContinuationsAsynchronously = true };
    private RecordDraft[] _records = new RecordDraft[2];

    public JournalOperation(JournalOperationPool pool) => _pool = pool;

    /// <summary>The next operation in the queue or pool.</summary>
    public JournalOperation? Next { get; set; }

    /// <summary>Who asked.</summary>
    public OperationKind Kind { get; set; }

    /// <summary>Whether it may wait for the next commit.</summary>
    public bool IsLazy { get; set; }

    /// <summary>Whether nobody awaits it.</summary>
    public bool IsDetached { get; set; }

    /// <summary>Whether the first record ends an attempt or an operator's action.</summary>
    public bool EndsAttempt { get; set; }

    /// <summary>Whether its body found no space.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The staged message that the contents lie in; owned.</summary>
    public StagedMessage? Staged { get; set; }

    /// <summary>What a copy is made from.</summary>
    public StoredRecord? Source { get; set; }

    /// <summary>Told about the end, for who does not await it.</summary>
    public Action<JournalOperation, CommitResult>? Ended { get; set; }

    /// <summary>Number of its frame once it is written.</summary>
    public ulong Lsn { get; set; }

    /// <summary>Its records.</summary>
    public Span<RecordDraft> Records => _records.AsSpan(0, Count);

    /// <summary>How many records it has.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are messages.</summary>
    public int MessageCount
    {
        get
        {
            int count = 0;
            foreach (ref RecordDraft record in Records)
            {
                count += record.Header.Type == RecordType.Message ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Completes when it is durable, or not to be. Must be awaited exactly once, unless detached.</summary>
    public ValueTask<CommitResult> Completion => new(this, _core.Version);

    /// <summary>Bytes of its frame.</summary>
    public int FrameLength
    {
        get
        {
            long length = FrameHeader.Size;
            foreach (ref RecordDraft record in Records)
            {
                length += record.Header.RecordLength;
            }

            return checked((int)length);
        }
    }

    /// <summary>Adds a message.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="envelope">Its envelope; at most 65,535 recipients.</param>
    /// <param name="content">Its content.</param>
    /// <param name="state">Its state.</param>
    /// <param name="external">Whether the content goes to a body file.</param>
    public void AddMessage(ulong id, Envelope envelope, ReadOnlySequence<byte> content, in MessageState state, bool external)
    {
        int start = _meta.Length;
        _meta.Int32(-1);
        state.Write(_meta);
        EnvelopeCodec.Write(_meta, envelope);
        ref RecordDraft draft = ref Add();
        draft.Header = new RecordHeader(RecordType.Message, external, _meta.Length - start, content.Length, id, 0, Hash(content));
        draft.MetaStart = start;
        draft.Content = content;
        draft.State = state;
        draft.Envelope = envelope;
        draft.ReceivedMilliseconds = envelope.Received.ToUnixTimeMilliseconds();
    }

    /// <summary>Adds a copy of a stored message.</summary>
    /// <param name="source">The record as it was read and verified.</param>
    /// <param name="state">Its state now.</param>
    public void AddCopy(StoredRecord source, in MessageState state)
    {
        int start = _meta.Length;
        _meta.Int32(source.BodySlot);
        state.Write(_meta);
        ReadOnlySpan<byte> envelope = source.EnvelopeBytes;
        envelope.CopyTo(_meta.Take(envelope.Length));
        ref RecordDraft draft = ref Add();
        draft.Header = source.Header with { MetaLength = _meta.Length - start, MetaHash = 0 };
        draft.MetaStart = start;
        draft.Content = new ReadOnlySequence<byte>(source.Content);
        draft.BodySlot = source.BodySlot;
        draft.State = state;
    }

    /// <summary>Adds the new state of a message.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="state">The whole state.</param>
    public void AddState(ulong id, in MessageState state)
    {
        int start = _meta.Length;
        state.Write(_meta);
        ref RecordDraft draft = ref Add();
        draft.Header = new RecordHeader(RecordType.State, External: false, _meta.Length - start, 0, id, 0, Hash(ReadOnlySequence<byte>.Empty));
        draft.MetaStart = start;
        draft.State = state;
    }

    /// <summary>Adds the end of a message.</summary>
    /// <param name="id">Its id.</param>
    public void AddRemove(ulong id)
    {
        ref RecordDraft draft = ref Add();
        draft.Header = new RecordHeader(RecordType.Remove, External: false, 0, 0, id, 0, Hash(ReadOnlySequence<byte>.Empty));
        draft.MetaStart = _meta.Length;
    }

    /// <summary>Names the body file of a record; before <see cref="FinishMeta"/>.</summary>
    /// <param name="record">One of <see cref="Records"/>.</param>
    /// <param name="slot">The body file.</param>
    public void SetBodySlot(ref RecordDraft record, int slot)
    {
        record.BodySlot = slot;
        BitConverter.TryWriteBytes(_meta.Written(record.MetaStart, sizeof(int)), slot);
    }

    /// <summary>Completes the checksums; nothing of the meta may change afterwards.</summary>
    public void FinishMeta()
    {
        foreach (ref RecordDraft record in Records)
        {
            record.Header = record.Header with { MetaHash = XxHash3.HashToUInt64(_meta.Written(record.MetaStart, record.Header.MetaLength)) };
        }
    }

    /// <summary>Writes the frame.</summary>
    /// <param name="frame"><see cref="FrameLength"/> bytes.</param>
    /// <param name="header">Its head.</param>
    /// <param name="slot">Of the segment.</param>
    /// <param name="offset">Of the frame in the segment.</param>
    /// <param name="nonce">Of the segment.</param>
    public void Write(Span<byte> frame, in FrameHeader header, int slot, int offset, ulong nonce)
    {
        int position = FrameHeader.Size;
        foreach (ref RecordDraft record in Records)
        {
            RecordHeader head = record.Header;
            int length = (int)head.RecordLength;
            Span<byte> target = frame.Slice(position, length);
            target[Math.Max(length - Layout.Alignment, RecordHeader.Size)..].Clear();
            head.Write(target);
            Span<byte> meta = target.Slice(RecordHeader.Size, Layout.Pad(head.MetaLength));
            meta[head.MetaLength..].Clear();
            _meta.Written(record.MetaStart, head.MetaLength).CopyTo(meta);
            if (!head.External)
            {
                record.Content.CopyTo(target[head.ContentOffset..]);
            }

            record.Place = new RecordPlace(slot, offset + position, length);
            position += length;
        }

        header.Write(frame, nonce);
        Lsn = header.Lsn;
    }

    /// <summary>Ends it. A detached one goes back to the pool at once.</summary>
    /// <param name="result">How.</param>
    public void Complete(CommitResult result)
    {
        Ended?.Invoke(this, result);
        if (IsDetached)
        {
            Reset();
        }
        else
        {
            _core.SetResult(result);
        }
    }

    CommitResult IValueTaskSource<CommitResult>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<CommitResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<CommitResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ref RecordDraft Add()
    {
        if (Count == _records.Length)
        {
            Array.Resize(ref _records, Count * 2);
        }

        ref RecordDraft draft = ref _records[Count++];
        draft = default;
        draft.BodySlot = -1;
        return ref draft;
    }

    private ulong Hash(ReadOnlySequence<byte> content)
    {
        if (content.IsSingleSegment)
        {
            return XxHash3.HashToUInt64(content.FirstSpan);
        }

        _hasher.Reset();
        foreach (ReadOnlyMemory<byte> part in content)
        {
            _hasher.Append(part.Span);
        }

        return _hasher.GetCurrentHashAsUInt64();
    }

    private void Reset()
    {
        Records.Clear();
        Count = 0;
        _meta.Clear();
        _core.Reset();
        IsLazy = false;
        IsDetached = false;
        EndsAttempt = false;
        IsRefused = false;
        Staged = null;
        Source = null;
        Ended = null;
        _pool.Return(this);
    }
}
