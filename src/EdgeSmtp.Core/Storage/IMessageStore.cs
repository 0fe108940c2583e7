using System.Threading.Channels;

namespace EdgeSmtp.Core.Storage;

/// <summary>The durable queue. A message is ours from the instant at which <see cref="CommitAsync"/> has returned <see cref="CommitResult.Committed"/>.</summary>
public interface IMessageStore
{
    /// <summary>Whether it takes mail.</summary>
    StoreHealth Health { get; }

    /// <summary>Messages in the queue, those in quarantine not counted.</summary>
    int Count { get; }

    /// <summary>Ids of new messages, at once and without loss of order. Bounded: what does not fit is found by <see cref="TakeDue"/>, so that intake never waits.</summary>
    ChannelReader<MessageId> Arrivals { get; }

    /// <summary>Makes messages durable, all of them or none. Nothing cancels it.</summary>
    /// <param name="messages">One for each delivery group.</param>
    /// <param name="staged">Owned by the store from here on, whatever the result; <c>null</c> for messages of our own making.</param>
    ValueTask<CommitResult> CommitAsync(IReadOnlyList<Submission> messages, StagedMessage? staged);

    /// <summary>Finds messages for delivery that are due and not held, in attempt, or found before, and marks them as found.</summary>
    /// <param name="now">The time.</param>
    /// <param name="due">Takes their ids.</param>
    /// <returns>How many were found.</returns>
    int TakeDue(DateTimeOffset now, Span<MessageId> due);

    /// <summary>When the next message is due; <c>null</c> when none is.</summary>
    DateTimeOffset? NextDue { get; }

    /// <summary>Takes a message out for an attempt.</summary>
    /// <param name="id">An id of <see cref="Arrivals"/> or <see cref="TakeDue"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><c>null</c> when it is gone, held, in attempt, or not for delivery.</returns>
    ValueTask<QueuedMessage?> OpenAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>Records what an attempt changed. May be called several times for one message; a settlement with <see cref="Settlement.NextAttempt"/> or <see cref="Settlement.Hold"/>, or with nobody left, is final.</summary>
    /// <param name="message">The message taken out.</param>
    /// <param name="settlement">What changed.</param>
    ValueTask SettleAsync(QueuedMessage message, Settlement settlement);

    /// <summary>One message from the index.</summary>
    /// <param name="id">Its id.</param>
    MessageSummary? Find(MessageId id);

    /// <summary>All messages from the index, of every lane, oldest first. A snapshot that does not hold up intake.</summary>
    IEnumerable<MessageSummary> List();

    /// <summary>Reads a message without taking it out, for <c>queue show</c>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<QueuedMessage?> PeekAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>Carries out an operator's wish durably.</summary>
    /// <param name="id">The message.</param>
    /// <param name="action">The wish.</param>
    /// <returns><c>false</c> when there is no such message, or an attempt runs; in quarantine, for every wish but <see cref="OperatorAction.Remove"/>.</returns>
    ValueTask<bool> ApplyAsync(MessageId id, OperatorAction action);
}
