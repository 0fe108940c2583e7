using System.Threading.Channels;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Bodies;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Reclaim;
using EdgeSmtp.Queue.Recovery;
using EdgeSmtp.Queue.Snapshots;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Store;
using EdgeSmtp.Queue.Workers;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue;

/// <summary>The durable queue (<c>docs/queue.md</c>). Thread-safe. Disposing flushes, takes a snapshot and gives the directory free.</summary>
public sealed class MessageStore : ILaneStore, IAsyncDisposable
{
    private readonly QueueContext _context;
    private readonly QueueState _state;
    private readonly OperationBuilder _operations;
    private readonly SnapshotWriter _snapshots;
    private readonly List<QueueWorker> _workers = [];
    private readonly MessageLender _lender;
    private readonly IDisposable _lock;
    private int _disposed;

    private MessageStore(QueueContext context, RecoveredQueue recovered, IDisposable @lock, ManualPump? pump)
    {
        _context = context;
        _state = context.State;
        _lock = @lock;
        Recovery = recovered.Report;
        _snapshots = new SnapshotWriter(context, recovered);
        Janitor janitor = new(context, _snapshots, snapshotWanted: recovered.Report.FramesReplayed > 0);
        BodyWriter bodies = new(context);
        _operations = new OperationBuilder(context, bodies);
        context.Committer = new Committer(context, recovered.LastEpoch, recovered.Position.Lsn);
        context.Janitor = janitor;
        _lender = new MessageLender(context);
        _workers.AddRange([bodies, context.Committer, janitor, .. _lender.Readers]);
        context.Staging.Attach(_state);
        janitor.Prepare();
        foreach (QueueWorker worker in _workers)
        {
            if (pump is null)
            {
                worker.Start();
            }
            else
            {
                pump.Add(worker);
            }
        }
    }

    /// <summary>What recovery found when this store was opened.</summary>
    public RecoveryReport Recovery { get; }

    /// <inheritdoc />
    public StoreHealth Health => _state.Health;

    /// <inheritdoc />
    public int Count
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Index.Count - _state.Index.Of(MessageLane.Quarantine).Count;
            }
        }
    }

    /// <inheritdoc />
    public ChannelReader<MessageId> Arrivals => _state.Arrivals;

    /// <inheritdoc />
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Index.NextDue is { } next ? DateTimeOffset.FromUnixTimeMilliseconds(next) : null;
            }
        }
    }

    /// <summary>Locks the directory, recovers, and starts the threads.</summary>
    /// <param name="options">Settings; valid.</param>
    /// <param name="staging">The staging area whose messages are committed here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Takes the series of <see cref="QueueMetrics"/>.</param>
    /// <param name="loggers">Makes the logger.</param>
    /// <param name="ids">Makes ids; brought beyond all that the queue ever saw.</param>
    /// <param name="files">The disk; <c>null</c> for the real one.</param>
    /// <exception cref="IOException">Another process has the directory, or the disk fails.</exception>
    public static Task<MessageStore> OpenAsync(
        QueueOptions options, StagingArea staging, TimeProvider time, IMetrics metrics, ILoggerFactory loggers, MessageIdGenerator ids, IQueueFileSystem? files = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(staging);
        ArgumentNullException.ThrowIfNull(loggers);
        ILogger logger = loggers.CreateLogger<MessageStore>();
        return OwnThread.RunAsync("edgesmtp-queue-open", () => Open(options, staging, time, metrics, logger, ids, files ?? new LinuxFileSystem(), pump: null));
    }

    /// <inheritdoc />
    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<Submission> messages, StagedMessage? staged)
    {
        StagedContent? content = staged as StagedContent;
        if (Health is StoreHealth.Failed or StoreHealth.Closed)
        {
            staged?.Dispose();
            _context.Instruments.RefusedFailed.Add();
            return new ValueTask<CommitResult>(CommitResult.Failed);
        }

        JournalOperation operation;
        try
        {
            ArgumentNullException.ThrowIfNull(messages);
            ArgumentOutOfRangeException.ThrowIfZero(messages.Count, nameof(messages));
            content?.DropCopies();
            operation = _operations.Submit(messages, staged);
        }
        catch
        {
            staged?.Dispose();
            throw;
        }

        ValueTask<CommitResult> completion = operation.Completion;
        _operations.Send(operation);
        content?.LeaveGate();
        return completion;
    }

    /// <inheritdoc />
    public LaneTotals TotalsOf(MessageLane lane)
    {
        lock (_state.Gate)
        {
            LaneIndex index = _state.Index.Of(lane);
            return new LaneTotals(index.Count, index.Bytes, index.OldestReceived is { } oldest ? DateTimeOffset.FromUnixTimeMilliseconds(oldest) : null);
        }
    }

    /// <inheritdoc />
    public int TakeDue(DateTimeOffset now, Span<MessageId> due) => TakeDue(MessageLane.Delivery, now, due);

    /// <inheritdoc />
    public int TakeDue(MessageLane lane, DateTimeOffset now, Span<MessageId> due)
    {
        lock (_state.Gate)
        {
            return _state.Index.TakeDue(lane, now.ToUnixTimeMilliseconds(), due);
        }
    }

    /// <inheritdoc />
    public ValueTask<QueuedMessage?> OpenAsync(MessageId id, CancellationToken cancellationToken) => OpenAsync(MessageLane.Delivery, id, cancellationToken);

    /// <inheritdoc />
    public ValueTask<QueuedMessage?> OpenAsync(MessageLane lane, MessageId id, CancellationToken cancellationToken) => _lender.OpenAsync(lane, id, cancellationToken);

    /// <inheritdoc />
    public ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken) => _lender.PeekAsync(id, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Envelope?> ReadEnvelopeAsync(MessageId id, CancellationToken cancellationToken) => _lender.ReadEnvelopeAsync(id, cancellationToken);

    /// <inheritdoc />
    public ValueTask SettleAsync(QueuedMessage message, Settlement settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        JournalOperation operation = _operations.Settle(Settleable(message), settlement);
        if (settlement.Durable)
        {
            ValueTask<CommitResult> completion = operation.Completion;
            _operations.Send(operation);
            return WaitAsync(completion);
        }

        _operations.Send(operation);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask<CommitResult> ReplaceAsync(QueuedMessage message, Replacement replacement, StagedMessage? staged)
    {
        JournalOperation operation;
        LeasedMessage leased;
        try
        {
            ArgumentNullException.ThrowIfNull(replacement);
            leased = Settleable(message);
            (staged as StagedContent)?.DropCopies();
            operation = _operations.Replace(leased, replacement, staged);
        }
        catch
        {
            staged?.Dispose();
            throw;
        }

        ValueTask<CommitResult> completion = operation.Completion;
        _operations.Send(operation);
        (staged as StagedContent)?.LeaveGate();
        CommitResult result = await completion;
        leased.IsFinal = result == CommitResult.Committed;
        return result;
    }

    /// <inheritdoc />
    public MessageSummary? Find(MessageId id)
    {
        lock (_state.Gate)
        {
            return _state.Index.Find(id.Value) is >= 0 and var number ? _state.Index.Summarize(number) : null;
        }
    }

    /// <inheritdoc />
    public IEnumerable<MessageSummary> List()
    {
        foreach (ulong id in _state.Ids())
        {
            if (Find(new MessageId(id)) is { } summary)
            {
                yield return summary;
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> ApplyAsync(MessageId id, OperatorAction action)
    {
        JournalOperation operation;
        lock (_state.Gate)
        {
            int number = _state.Index.Find(id.Value);
            if (number < 0 || (_state.Index[number].Flags & EntryFlags.Taken) != 0 || (_state.Index[number].Lane == MessageLane.Quarantine && action != OperatorAction.Remove))
            {
                return false;
            }

            operation = _operations.Act(id.Value, _state.Index.StateOf(number), action);
            _state.Index.SetFlags(number, _state.Index[number].Flags | EntryFlags.Taken);
        }

        ValueTask<CommitResult> completion = operation.Completion;
        _operations.Send(operation);
        await WaitAsync(completion);
        return true;
    }

    /// <summary>Waits until everything given so far is durable.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public ValueTask FlushAsync()
    {
        JournalOperation operation = _context.Operations.Rent(OperationKind.Barrier);
        ValueTask<CommitResult> completion = operation.Completion;
        _operations.Send(operation);
        return WaitAsync(completion);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _state.Close();
            try
            {
                await FlushAsync();
            }
            catch (IOException)
            {
                // Said when it happened; the rest of the closing still has to be done.
            }

            await OwnThread.RunAsync("edgesmtp-queue-close", Close);
        }
    }

    /// <summary>Opens on the caller's thread.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="staging">The staging area.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Takes the series.</param>
    /// <param name="logger">The logger.</param>
    /// <param name="ids">Makes ids.</param>
    /// <param name="files">The disk.</param>
    /// <param name="pump">Runs the workers on one thread, for tests; else <c>null</c>.</param>
    internal static MessageStore Open(
        QueueOptions options, StagingArea staging, TimeProvider time, IMetrics metrics, ILogger logger, MessageIdGenerator ids, IQueueFileSystem files, ManualPump? pump)
    {
        if (options.FindError() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        QueuePaths paths = new(options.Directory);
        files.CreateDirectory(paths.Directory);
        IDisposable @lock = files.Lock(paths.Lock);
        try
        {
            QueueContext context = new StoreOpener(options, files, paths, logger).Open(staging, time, metrics, out RecoveredQueue recovered);
            ids.Advance(new MessageId(recovered.HighestId));
            MessageStore store = new(context, recovered, @lock, pump);
            metrics.OnScrape(store.RefreshGauges);
            return store;
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    private static LeasedMessage Settleable(QueuedMessage message) => message is LeasedMessage { CanSettle: true } leased
        ? leased
        : throw new InvalidOperationException("Only a message of this store can be settled, before its final settlement and before it is disposed.");

    private static async ValueTask WaitAsync(ValueTask<CommitResult> completion)
    {
        if (await completion != CommitResult.Committed)
        {
            throw new IOException("The queue has failed; what was asked is not durable.");
        }
    }

    private bool Close()
    {
        _context.Staging.Attach(null);
        foreach (QueueWorker worker in _workers)
        {
            worker.Stop();
        }

        _context.Committer!.Close();
        _lender.Close();
        if (Health != StoreHealth.Failed)
        {
            _ = _snapshots.TryWrite(isClean: true);
        }

        lock (_state.Gate)
        {
            _state.Hot.Drop(long.MaxValue);
            foreach (Segment segment in _state.Segments.All)
            {
                segment.File.Dispose();
            }
        }

        _lock.Dispose();
        return true;
    }

    private void RefreshGauges()
    {
        QueueInstruments instruments = _context.Instruments;
        lock (_state.Gate)
        {
            instruments.Messages.Set(_state.Index.Count - _state.Index.Of(MessageLane.Quarantine).Count);
            instruments.Held.Set(_state.Index.HeldCount);
            instruments.Ages.Refresh(_state.Index, _context.Now);
            instruments.HotBytes.Set(_state.Hot.Bytes);
            instruments.SegmentsFree.Set(_state.Segments.FreeCount);
            instruments.SegmentsUsed.Set(_state.Segments.All.Count - _state.Segments.FreeCount);
            instruments.Bodies.Set(_state.Bodies.InUse);
        }

        instruments.Health.Set((double)Health);
        instruments.StagingBytes.Set(_context.Staging.Budget.BytesUsed);
        instruments.StagingBytesMax.Set(_context.Staging.Budget.BytesMax);
    }
}
