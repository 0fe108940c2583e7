using System.Buffers;

namespace EdgeSmtp.Abstractions;

/// <summary>Takes the content of one message as it arrives. Disposed without <see cref="CompleteAsync"/> means: the message was given up.</summary>
public interface IBodySink : IAsyncDisposable
{
    /// <summary>Takes the next bytes: un-stuffed, line ends as they will be stored.</summary>
    /// <param name="chunk">Lent until the returned task completes; the harness overwrites it afterwards.</param>
    /// <param name="cancellationToken">Fires at the deadline of this write.</param>
    /// <returns><see cref="SinkState.Decided"/> when no more chunks are wanted.</returns>
    ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken);

    /// <summary>The whole message has arrived, or <see cref="SinkState.Decided"/> was returned.</summary>
    /// <param name="verdicts">Takes what the filter says of each recipient.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter.</param>
    /// <returns>A task that ends when the verdicts are set.</returns>
    ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken);
}
