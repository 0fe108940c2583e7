using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>One message taken out of the store: its batches, and what they came to. Its mutable part is guarded by <see cref="Gate"/>.</summary>
/// <param name="message">The message.</param>
/// <param name="snapshot">The configuration in force for this attempt.</param>
/// <param name="started">When the attempt began.</param>
internal sealed class MessageAttempt(QueuedMessage message, DeliverySnapshot snapshot, DateTimeOffset started)
{
    private readonly RecipientOutcome[] _results = new RecipientOutcome[message.Envelope.Recipients.Count];
    private List<int>? _delivered;
    private int _outstanding;
    private int _running;
    private int _left;
    private bool _settling;
    private bool _abandoned;
    private bool _released;

    public QueuedMessage Message { get; } = message;

    public DeliverySnapshot Snapshot { get; } = snapshot;

    public DateTimeOffset Started { get; } = started;

    /// <summary>Bytes that count towards the limit of active content.</summary>
    public long Bytes { get; } = message.Content.Length;

    public Lock Gate { get; } = new();

    /// <summary>The result of a recipient; its disposition is <c>null</c> when it was finished before this attempt, or is undecided.</summary>
    public ref readonly RecipientOutcome Result(int recipient) => ref _results[recipient];

    /// <summary>Makes a temporary failure final, when the attempt was the last. Only for the final settlement.</summary>
    public Disposition Expire(int recipient)
    {
        Disposition expired = _results[recipient].Result!.AsExpired();
        _results[recipient] = _results[recipient] with { Result = expired };
        return expired;
    }

    /// <summary>How many batches there are. Set before the first begins.</summary>
    public void Begin(int batches)
    {
        lock (Gate)
        {
            _outstanding = batches;
            for (int i = 0; i < _results.Length; i++)
                if (!Message.IsDone(i)) _left++;
        }
    }

    /// <summary>A batch begins to run.</summary>
    public void BatchStarted()
    {
        lock (Gate) _running++;
    }

    /// <summary>Takes the results of a batch that ran.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="isCutOff">Whether the stop came before its end. It stays outstanding: who was delivered is settled, and the message goes back for the others.</param>
    /// <returns>Whether the caller must settle now; otherwise somebody else is at it, or there is nothing to settle yet.</returns>
    public bool Finish(DeliveryBatch batch, bool isCutOff)
    {
        lock (Gate)
        {
            for (int i = 0; i < batch.Recipients.Length; i++)
            {
                Disposition result = batch.Result(i);
                _results[batch.Recipients[i]] = new RecipientOutcome(result, batch.Lane.Route, batch.Host);
                if (result.Kind == DispositionKind.Delivered) (_delivered ??= []).Add(batch.Recipients[i]);
            }

            _running--;
            if (isCutOff) _abandoned = true;
            else _outstanding--;
            if (_settling || (_outstanding > 0 && _delivered is null)) return false;
            _settling = true;
            return true;
        }
    }

    /// <summary>What to settle next.</summary>
    /// <param name="delivered">Recipients that are done and not yet settled.</param>
    /// <param name="isFinal">Whether every batch is finished: the rest has to be decided with this settlement.</param>
    /// <returns>False when there is nothing to settle now; a later batch will call again.</returns>
    public bool TakeSettlement(out List<int> delivered, out bool isFinal)
    {
        lock (Gate)
        {
            isFinal = _outstanding == 0;
            delivered = _delivered ?? [];
            _delivered = null;
            if (isFinal || delivered.Count > 0) return true;
            _settling = false;
            return false;
        }
    }

    /// <summary>Counts recipients that are settled.</summary>
    /// <returns>Whether the message has nobody left.</returns>
    public bool Settled(int recipients)
    {
        lock (Gate) return (_left -= recipients) == 0;
    }

    /// <summary>The stop came before a batch could run.</summary>
    public void Abandon()
    {
        lock (Gate) _abandoned = true;
    }

    /// <summary>Whether the message goes back now: it was abandoned, and nothing of it runs any more. True once.</summary>
    public bool TryGiveBack()
    {
        lock (Gate)
        {
            if (!_abandoned || _running > 0 || _settling || _released) return false;
            return _released = true;
        }
    }

    /// <summary>Whether the caller is the one to let the message go. True once.</summary>
    public bool TryRelease()
    {
        lock (Gate) return !_released && (_released = true);
    }
}
