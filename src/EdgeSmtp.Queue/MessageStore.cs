using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Bodies;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Hot;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Reading;
using EdgeSmtp.Queue.Reclaim;
using EdgeSmtp.Queue.Recovery;
using EdgeSmtp.Queue.Snapshots;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Store;
using EdgeSmtp.Queue.Workers;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue;

/// <summary>The durable queue (<c>docs/queue.md</c>). Thread-safe. Disposing flushes, takes a snapshot and gives the directory free.</summary>
public sealed class MessageStore : IMessageStore, IAsyncDisposable
{
    private readonly QueueContext _context;
    private readonly QueueState _state;
    private readonly OperationBuilder _operations;
    private readonly SnapshotWriter _snapshots;
    private readonly List<QueueWorker> _workers = [];
    private readonly ConcurrentQueue<ReadRequest> _reads = new();
    private readonly List<ColdReader> _readers = [];
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
        for (int i = 0; i < context.Options.ReaderThreads; i++)
        {
            _readers.Add(new ColdReader(context, _reads));
        }

        _workers.AddRange([bodies, context.Committer, janitor, .. _readers]);
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
    public int Count => _state.Index.Count;

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
    public int TakeDue(DateTimeOffset now, Span<MessageId> due)
    {
        lock (_state.Gate)
        {
            return _state.Index.TakeDue(now.ToUnixTimeMilliseconds(), due);
        }
    }

    /// <inheritdoc />
    public ValueTask<QueuedMessage?> OpenAsync(MessageId id, CancellationToken cancellationToken)
    {
        lock (_state.Gate)
        {
            int number = _state.Index.Find(id.Value);
            if (number < 0 || (_state.Index[number].Flags & (EntryFlags.Held | EntryFlags.Taken)) != 0)
            {
                return new ValueTask<QueuedMessage?>((QueuedMessage?)null);
            }

            _state.Index.SetFlags(number, EntryFlags.Taken);
            if (TryLeaseHot(number, isPeek: false) is { } message)
            {
                return new ValueTask<QueuedMessage?>(message);
            }
        }

        return ReadAsync(id, isPeek: false, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken)
    {
        lock (_state.Gate)
        {
            int number = _state.Index.Find(id.Value);
            if (number < 0)
            {
                return new ValueTask<QueuedMessage?>((QueuedMessage?)null);
            }

            if (TryLeaseHot(number, isPeek: true) is { } message)
            {
                return new ValueTask<QueuedMessage?>(message);
            }
        }

        return ReadAsync(id, isPeek: true, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask SettleAsync(QueuedMessage message, Settlement settlement)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        if (message is not LeasedMessage { CanSettle: true } leased)
        {
            throw new InvalidOperationException("Only a message of this store can be settled, before its final settlement and before it is disposed.");
        }

        JournalOperation operation = _operations.Settle(leased, settlement);
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
            if (number < 0 || (_state.Index[number].Flags & EntryFlags.Taken) != 0)
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

    private static async ValueTask WaitAsync(ValueTask<CommitResult> completion)
    {
        if (await completion != CommitResult.Committed)
        {
            throw new IOException("The queue has failed; what was asked is not durable.");
        }
    }

    private LeasedMessage? TryLeaseHot(int number, bool isPeek)
    {
        ulong id = _state.Index[number].Id;
        if (!_state.Hot.TryFind(id, out HotMessage? hot))
        {
            return null;
        }

        hot.Shared.Use();
        return new LeasedMessage(_context, new MessageId(id), hot.Envelope, _state.Index.StateOf(number), hot.Content, isPeek) { Hot = hot.Shared };
    }

    private ValueTask<QueuedMessage?> ReadAsync(MessageId id, bool isPeek, CancellationToken cancellationToken)
    {
        ReadRequest request = new(id, isPeek, cancellationToken);
        _reads.Enqueue(request);
        // All of them: one may be busy with a large body while another sleeps.
        foreach (ColdReader reader in _readers)
        {
            reader.Wake();
        }

        return new ValueTask<QueuedMessage?>(request.Task);
    }

    private bool Close()
    {
        _context.Staging.Attach(null);
        foreach (QueueWorker worker in _workers)
        {
            worker.Stop();
        }

        _context.Committer!.Close();
        while (_reads.TryDequeue(out ReadRequest? request))
        {
            request.TrySetResult(null);
        }

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
            instruments.Messages.Set(_state.Index.Count);
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
