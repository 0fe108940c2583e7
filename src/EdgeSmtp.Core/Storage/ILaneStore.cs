namespace EdgeSmtp.Core.Storage;

/// <summary>The queue as those see it who look after messages that are not for delivery now: the pending lane and the quarantine.</summary>
public interface ILaneStore : IMessageStore
{
    /// <summary>What a lane holds.</summary>
    /// <param name="lane">The lane.</param>
    LaneTotals TotalsOf(MessageLane lane);

    /// <summary>
    /// Finds messages of a lane that are due and not held, in attempt, or found before, and marks them as found. In quarantine a message is due at the time at which it came there,
    /// so that they are found oldest first.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="now">The time.</param>
    /// <param name="due">Takes their ids.</param>
    /// <returns>How many were found.</returns>
    int TakeDue(MessageLane lane, DateTimeOffset now, Span<MessageId> due);

    /// <summary>Takes a message out of a lane.</summary>
    /// <param name="lane">The lane that it must be in.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><c>null</c> when it is gone, in another lane, held, or taken out.</returns>
    ValueTask<QueuedMessage?> OpenAsync(MessageLane lane, MessageId id, CancellationToken cancellationToken);

    /// <summary>Puts others in the place of a message that was taken out. Final when it succeeds; else the message is as it was and may still be settled.</summary>
    /// <param name="message">The message taken out.</param>
    /// <param name="replacement">What comes.</param>
    /// <param name="staged">Where the new contents lie; owned by the store from here on. <c>null</c> when they lie elsewhere, and then they must stay valid until this returns.</param>
    ValueTask<CommitResult> ReplaceAsync(QueuedMessage message, Replacement replacement, StagedMessage? staged);

    /// <summary>Reads the envelope of a message, and nothing of its content.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><c>null</c> when it is gone, or damaged.</returns>
    ValueTask<Envelope?> ReadEnvelopeAsync(MessageId id, CancellationToken cancellationToken);
}
