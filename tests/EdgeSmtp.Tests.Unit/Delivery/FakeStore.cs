using System.Buffers;
using System.Threading.Channels;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>A queue in memory that keeps the rules of <see cref="IMessageStore"/> and everything it was told.</summary>
internal sealed class FakeStore(TimeProvider time, int arrivalsMax = 1024) : IMessageStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<MessageId, Entry> _entries = [];
    private readonly Channel<MessageId> _arrivals = Channel.CreateBounded<MessageId>(arrivalsMax);
    private readonly List<(MessageId Id, Settlement Settlement, bool IsFinal)> _settlements = [];
    private readonly List<Submission> _reports = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreHealth Health => StoreHealth.Open;

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    public ChannelReader<MessageId> Arrivals => _arrivals.Reader;

    public DateTimeOffset? NextDue => null;

    /// <summary>How often messages were taken out.</summary>
    public int Opened { get; private set; }

    /// <summary>Messages taken out now, and the most there ever were.</summary>
    public int InAttempt { get; private set; }

    public int InAttemptMost { get; private set; }


    /// <summary>Whether new reports are delivered as well; otherwise they are only kept.</summary>
    public bool DeliversReports { get; set; }

    public IReadOnlyList<Submission> Reports
    {
        get
        {
            lock (_gate) return [.. _reports];
        }
    }

    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<Submission> messages, StagedMessage? staged)
    {
        foreach (Submission message in messages) Add(message);
        return ValueTask.FromResult(CommitResult.Committed);
    }

    public void Add(Submission message)
    {
        lock (_gate)
        {
            Entry entry = new(message) { Next = time.GetUtcNow() };
            _entries[message.Id] = entry;
            // Under the lock: whoever reads the id must find it marked.
            entry.Found = _arrivals.Writer.TryWrite(message.Id);
        }
    }

    /// <summary>Whether nothing runs and nothing is to be taken out: only then may a test let time pass.</summary>
    public bool IsQuiet()
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (Entry entry in _entries.Values)
                if (entry.Taken || (!entry.Held && (entry.Found || entry.Next <= now))) return false;
            return true;
        }
    }

    public int TakeDue(DateTimeOffset now, Span<MessageId> due)
    {
        int count = 0;
        lock (_gate)
        {
            foreach ((MessageId id, Entry entry) in _entries)
            {
                if (count == due.Length) break;
                if (entry.Held || entry.Taken || entry.Found || entry.Next > now) continue;
                entry.Found = true;
                due[count++] = id;
            }
        }

        return count;
    }

    public async ValueTask<QueuedMessage?> OpenAsync(MessageId id, CancellationToken cancellationToken)
    {
        if (Slow) await Task.Yield();
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out Entry? entry) || entry.Held || entry.Taken) return null;
            entry.Taken = true;
            entry.Found = false;
            Opened++;
            InAttemptMost = Math.Max(InAttemptMost, ++InAttempt);
            Changed();
            return new Leased(this, entry);
        }
    }

    /// <summary>Whether opening waits, as when a message is read from disk.</summary>
    public bool Slow { get; set; }

    public ValueTask SettleAsync(QueuedMessage message, Settlement settlement)
    {
        lock (_gate)
        {
            Entry entry = ((Leased)message).Entry;
            Assert(entry.Taken && !entry.Final, "settled once too often");
            foreach (int recipient in settlement.Done)
            {
                Assert(!entry.Done[recipient], $"recipient {recipient} was finished twice");
                entry.Done[recipient] = true;
            }

            bool gone = Array.TrueForAll(entry.Done, static done => done);
            entry.Final = gone || settlement.NextAttempt is not null || settlement.Hold;
            entry.Held = settlement.Hold;
            if (entry.Final && settlement.CountsAsAttempt) entry.Attempts++;
            if (settlement.NextAttempt is { } next) entry.Next = next;
            if (gone) _entries.Remove(entry.Message.Id);
            _settlements.Add((entry.Message.Id, settlement, entry.Final));
            _reports.AddRange(settlement.Reports);
            Changed();
        }

        if (DeliversReports)
        {
            foreach (Submission report in settlement.Reports) Add(report);
        }

        return ValueTask.CompletedTask;
    }

    public MessageSummary? Find(MessageId id)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out Entry? entry)
                ? new MessageSummary(id, entry.Message.Content.Length, entry.Message.Envelope.Received, entry.Attempts, entry.Next, entry.Done.Count(done => !done), entry.Held, entry.Taken, null)
                : null;
        }
    }

    public IEnumerable<MessageSummary> List() => throw new NotSupportedException();

    public ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> ApplyAsync(MessageId id, OperatorAction action)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out Entry? entry) || entry.Taken) return ValueTask.FromResult(false);
            entry.Next = time.GetUtcNow();
            entry.Held = action == OperatorAction.Hold;
            return ValueTask.FromResult(true);
        }
    }

    /// <summary>All settlements of a message so far.</summary>
    public IReadOnlyList<Settlement> SettlementsOf(MessageId id)
    {
        lock (_gate) return [.. _settlements.Where(entry => entry.Id == id).Select(entry => entry.Settlement)];
    }

    /// <summary>Waits for the end of the n-th attempt.</summary>
    public async Task<Settlement> EndOfAttemptAsync(MessageId id, int attempt = 1)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                Settlement? found = _settlements.Where(entry => entry.Id == id && entry.IsFinal).Skip(attempt - 1).Select(entry => entry.Settlement).FirstOrDefault();
                if (found is not null) return found;
                changed = _changed.Task;
            }

            await changed;
        }
    }

    /// <summary>Waits until a condition on this store holds.</summary>
    public async Task UntilAsync(Func<FakeStore, bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_gate) changed = _changed.Task;
            if (condition(this)) return;
            await changed;
        }
    }

    /// <summary>Waits until so many messages were taken out.</summary>
    public Task UntilOpenedAsync(int count) => UntilAsync(store => store.Opened >= count);

    private static void Assert(bool condition, string message)
    {
        if (!condition) throw new InvalidOperationException(message);
    }

    private void Changed()
    {
        TaskCompletionSource old = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.SetResult();
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            Assert(entry.Taken, "given back twice");
            entry.Taken = false;
            if (!entry.Final) entry.Next = time.GetUtcNow();
            entry.Final = false;
            InAttempt--;
            Changed();
        }
    }

    private sealed class Entry(Submission message)
    {
        public Submission Message { get; } = message;

        public bool[] Done { get; } = new bool[message.Envelope.Recipients.Count];

        public int Attempts { get; set; }

        public DateTimeOffset Next { get; set; }

        public bool Held { get; set; }

        public bool Taken { get; set; }

        public bool Found { get; set; }

        public bool Final { get; set; }
    }

    private sealed class Leased(FakeStore store, Entry entry) : QueuedMessage
    {
        public Entry Entry { get; } = entry;

        public override MessageId Id => Entry.Message.Id;

        public override Envelope Envelope => Entry.Message.Envelope;

        public override int Attempts => Entry.Attempts;

        public override ReadOnlySequence<byte> Content => Entry.Message.Content;

        public override bool IsDone(int recipient) => Entry.Done[recipient];

        protected override void Dispose(bool disposing) => store.Release(Entry);
    }
}
