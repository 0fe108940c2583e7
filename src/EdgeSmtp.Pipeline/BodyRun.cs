using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Driving;

namespace EdgeSmtp.Pipeline;

/// <summary>The body sinks of one message. Disposed without completion means: given up.</summary>
public sealed class BodyRun : IAsyncDisposable
{
    private readonly FilterCallPool _pool;
    private readonly RunLedger _ledger;
    private readonly MessageVerdicts _message;
    private readonly TimeProvider _time;
    private readonly Transaction _transaction;
    private readonly List<SinkSlot> _slots = [];
    private FilterCall _call;
    private bool _isDisposed;

    internal BodyRun(FilterCallPool pool, RunLedger ledger, MessageVerdicts message, TimeProvider time, Transaction transaction)
    {
        _pool = pool;
        _ledger = ledger;
        _message = message;
        _time = time;
        _transaction = transaction;
        _call = pool.Rent();
    }

    /// <summary>Whether a sink wants more. When none does, <see cref="WriteAsync"/> need not be called.</summary>
    public bool WantsMore { get; private set; }

    /// <summary>Whether every recipient is rejected already: the rest is drained, not staged.</summary>
    public bool AllRefused { get; private set; }

    /// <summary>Sends a lent chunk to every sink that wants it, one after the other; not advancing the pipe meanwhile is the back-pressure.</summary>
    /// <param name="chunk">Un-stuffed content, trace fields first.</param>
    public ValueTask WriteAsync(ReadOnlySequence<byte> chunk)
    {
        for (int i = 0; i < _slots.Count; i++)
        {
            ValueTask offer = OfferAsync(_slots[i], chunk);
            if (!offer.IsCompletedSuccessfully)
            {
                return WriteRestAsync(offer, i + 1, chunk);
            }

            offer.GetAwaiter().GetResult();
        }

        return default;
    }

    /// <summary>Disposes the sinks. One that was not completed reads from it that the message was given up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        WantsMore = false;
        foreach (SinkSlot slot in _slots)
        {
            await DisposeAsync(slot);
        }

        _pool.Return(_call);
    }

    /// <summary>Gives back what an empty run holds.</summary>
    internal void Abandon()
    {
        _isDisposed = true;
        _pool.Return(_call);
    }

    /// <summary>Opens the sink of one filter.</summary>
    internal void Open(FilterNode node)
    {
        if (_ledger.IsStuck(node))
        {
            Add(new SinkSlot(node) { Failure = CallOutcome.Stuck });
            node.Failures.Report(Stage.Body, ErrorKind.Stuck, _transaction.Session, null);
            return;
        }

        bool isAsked = true;
        IBodySink? sink = null;
        _call.Begin(node, _transaction.Session.Aborted);
        try
        {
            isAsked = SinkSlot.TryOpen(node, _transaction, _call.StartedAt, out sink);
            _call.End(CallOutcome.Done);
        }
        catch (Exception error)
        {
            _call.Fail(error);
        }

        if (_call.Outcome == CallOutcome.Done && isAsked && sink is null)
        {
            return;
        }

        SinkSlot slot = new(node, isAsked ? null : _transaction) { Sink = sink };
        Add(slot);
        if (_call.Outcome != CallOutcome.Done)
        {
            Fail(slot, TakeEnd(slot));
        }
    }

    /// <summary>Whether there is anything to be done.</summary>
    internal bool IsEmpty => _slots.Count == 0;

    internal bool Has(FilterNode node) => Find(node) is { IsDeclined: false };

    internal CallOutcome? FailureOf(FilterNode node) => Find(node)!.Failure;

    internal TimeSpan TimeOf(FilterNode node) => Find(node)?.Time ?? TimeSpan.Zero;

    /// <summary>Completes a sink; one that was decided early says now what it said then.</summary>
    internal ValueTask CompleteAsync(FilterNode node, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        SinkSlot slot = Find(node)!;
        if (slot.Decided is null)
        {
            // Without a sink nothing came that the filter could have been asked about.
            return slot.Sink?.CompleteAsync(verdicts, cancellationToken) ?? default;
        }

        for (int i = 0; i < verdicts.Count; i++)
        {
            verdicts.Set(i, slot.Decided[i]);
        }

        return default;
    }

    private async ValueTask WriteRestAsync(ValueTask pending, int next, ReadOnlySequence<byte> chunk)
    {
        await pending;
        for (int i = next; i < _slots.Count; i++)
        {
            await OfferAsync(_slots[i], chunk);
        }
    }

    private ValueTask OfferAsync(SinkSlot slot, in ReadOnlySequence<byte> chunk)
    {
        if (!slot.WantsMore || AllRefused)
        {
            return default;
        }

        if (_transaction.Session.Aborted.IsCancellationRequested)
        {
            Fail(slot, new CallEnd(CallOutcome.Aborted, null, false));
            return default;
        }

        _call.Begin(slot.Node, _transaction.Session.Aborted);
        try
        {
            ValueTask<SinkState> pending = slot.WriteAsync(chunk, _call.StartedAt, _call.Token);
            if (!pending.IsCompleted)
            {
                Task<SinkState> task = pending.AsTask();
                _call.Watch(task);
                return AwaitWriteAsync(slot, task);
            }

            SinkState state = pending.GetAwaiter().GetResult();
            _call.End(CallOutcome.Done);
            if (_call.Outcome != CallOutcome.Done)
            {
                Fail(slot, TakeEnd(slot));
                return default;
            }

            slot.Time += _time.GetElapsedTime(_call.StartedAt, _call.EndedAt);
            return EndWriteAsync(slot, state);
        }
        catch (Exception error)
        {
            _call.Fail(error);
            Fail(slot, TakeEnd(slot));
            return default;
        }
    }

    private async ValueTask AwaitWriteAsync(SinkSlot slot, Task<SinkState> task)
    {
        _call.Collect(await _call.WaitAsync());
        CallEnd end = TakeEnd(slot);
        if (end.Outcome != CallOutcome.Done)
        {
            Fail(slot, end);
        }
        else
        {
            await EndWriteAsync(slot, await task);
        }
    }

    private ValueTask EndWriteAsync(SinkSlot slot, SinkState state)
    {
        if (slot.IsDeclined)
        {
            Review();
        }

        return state == SinkState.Decided ? DecideAsync(slot) : default;
    }

    /// <summary>The sink knows its verdict: it is completed at once, so that a message that everybody refuses is not received to its end into memory.</summary>
    private async ValueTask DecideAsync(SinkSlot slot)
    {
        RecipientVerdicts verdicts = new();
        verdicts.Reset(_transaction.Recipients.Count);
        _call.Begin(slot.Node, _transaction.Session.Aborted);
        try
        {
            ValueTask pending = slot.CompleteAsync(verdicts, _call.StartedAt, _call.Token);
            if (pending.IsCompleted)
            {
                pending.GetAwaiter().GetResult();
                _call.End(CallOutcome.Done);
            }
            else
            {
                _call.Watch(pending.AsTask());
                _call.Collect(await _call.WaitAsync());
            }
        }
        catch (Exception error)
        {
            _call.Fail(error);
        }

        CallEnd end = TakeEnd(slot);
        if (end.Outcome == CallOutcome.Done)
        {
            slot.Decided = verdicts;
            Review();
        }
        else
        {
            Fail(slot, end);
        }
    }

    private void Fail(SinkSlot slot, in CallEnd end)
    {
        slot.Failure = end.Outcome;
        if (end.IsLeftBehind)
        {
            _ledger.MarkStuck(slot.Node);
        }

        if (end.Outcome != CallOutcome.Aborted)
        {
            slot.Node.Failures.Report(Stage.Body, ErrorKinds.Of(end.Outcome), _transaction.Session, end.Error);
        }

        Review();
    }

    /// <summary>How the call ended, adding its time.</summary>
    private CallEnd TakeEnd(SinkSlot slot)
    {
        CallEnd end = new(_call.Outcome, _call.Error, _call.IsLeftBehind);
        slot.Time += _time.GetElapsedTime(_call.StartedAt, _call.EndedAt);
        RenewCall();
        return end;
    }

    /// <summary>A call whose token fired is not used for the next write.</summary>
    private void RenewCall()
    {
        _pool.Return(_call);
        _call = _pool.Rent();
    }

    private void Add(SinkSlot slot)
    {
        _slots.Add(slot);
        Review();
    }

    private void Review()
    {
        WantsMore = _slots.Exists(static slot => slot.WantsMore);
        IReadOnlyList<Recipient> recipients = _transaction.Recipients;
        AllRefused = recipients.Count > 0;
        for (int i = 0; i < recipients.Count && AllRefused; i++)
        {
            Recipient recipient = recipients[i];
            AllRefused = _slots.Exists(slot => slot.VerdictFor(recipient).Kind >= VerdictKind.Reject && _message.Concerns(slot.Node, recipient));
        }

        WantsMore &= !AllRefused;
    }

    private async ValueTask DisposeAsync(SinkSlot slot)
    {
        if (slot.Sink is null)
        {
            return;
        }

        _call.Begin(slot.Node, CancellationToken.None);
        try
        {
            ValueTask pending = slot.DisposeAsync(_call.StartedAt);
            if (pending.IsCompleted)
            {
                pending.GetAwaiter().GetResult();
                return;
            }

            _call.Watch(pending.AsTask());
            _call.Collect(await _call.WaitAsync());
            if (_call.Outcome != CallOutcome.Done)
            {
                slot.Node.Failures.Report(Stage.Body, ErrorKind.Dispose, _transaction.Session, _call.Error);
            }

            RenewCall();
        }
        catch (Exception error)
        {
            slot.Node.Failures.Report(Stage.Body, ErrorKind.Dispose, _transaction.Session, error);
        }
    }

    private SinkSlot? Find(FilterNode node)
    {
        foreach (SinkSlot slot in _slots)
        {
            if (ReferenceEquals(slot.Node, node))
            {
                return slot;
            }
        }

        return null;
    }
}
