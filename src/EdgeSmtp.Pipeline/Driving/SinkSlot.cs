using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>One body sink of one message.</summary>
/// <param name="node">The filter.</param>
/// <param name="unopened">The transaction, when the filter has still to be asked for the sink.</param>
internal sealed class SinkSlot(FilterNode node, Transaction? unopened = null)
{
    private Transaction? _unopened = unopened;

    public FilterNode Node => node;

    /// <summary>The sink; <c>null</c> when opening it failed, or is still to come.</summary>
    public IBodySink? Sink { get; set; }

    /// <summary>How it failed; a sink that failed gets nothing more, and its policy speaks in its place.</summary>
    public CallOutcome? Failure { get; set; }

    /// <summary>What it said when it was decided before the end.</summary>
    public RecipientVerdicts? Decided { get; set; }

    /// <summary>Time spent in its writes.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Whether the filter turned out not to want the message when it was at last its turn to say so.</summary>
    public bool IsDeclined { get; private set; }

    /// <summary>Whether it wants more.</summary>
    public bool WantsMore => (Sink is not null || _unopened is not null) && Failure is null && Decided is null;

    /// <summary>Asks the filter for a sink. Where other calls of it hold all of its places, that waits for the first chunk, and for its turn.</summary>
    /// <param name="node">The filter.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="now">When the call began.</param>
    /// <param name="sink">The sink; <c>null</c> when the filter wants none.</param>
    /// <returns>Whether the filter was asked.</returns>
    public static bool TryOpen(FilterNode node, Transaction transaction, long now, out IBodySink? sink)
    {
        sink = null;
        if (!node.Gate.TryEnter(now, out int place))
        {
            return false;
        }

        try
        {
            sink = ((IBodyFilter)node.Filter).OpenBody(transaction);
            return true;
        }
        finally
        {
            node.Gate.Leave(place);
        }
    }

    /// <summary>Offers a chunk, in turn with the other calls of the filter.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="now">When the call began.</param>
    /// <param name="cancellationToken">Its deadline.</param>
    public ValueTask<SinkState> WriteAsync(in ReadOnlySequence<byte> chunk, long now, CancellationToken cancellationToken)
    {
        if (!node.Gate.TryEnter(now, out int place))
        {
            return node.Gate.InTurnAsync((Slot: this, chunk), static (ask, token) => ask.Slot.WriteNowAsync(ask.chunk, token), cancellationToken);
        }

        try
        {
            return WriteNowAsync(chunk, cancellationToken);
        }
        finally
        {
            node.Gate.Leave(place);
        }
    }

    /// <summary>Completes a sink that knows its verdict early, in turn with the other calls of the filter.</summary>
    /// <param name="verdicts">Takes the verdicts.</param>
    /// <param name="now">When the call began.</param>
    /// <param name="cancellationToken">Its deadline.</param>
    public ValueTask CompleteAsync(RecipientVerdicts verdicts, long now, CancellationToken cancellationToken) =>
        node.Gate.RunAsync((Sink: Sink!, verdicts), static (ask, token) => ask.Sink.CompleteAsync(ask.verdicts, token), now, cancellationToken);

    /// <summary>Disposes the sink, in turn with the other calls of the filter, however long that takes: what it holds must be given back even when nobody waits for it any more.</summary>
    /// <param name="now">When the call began.</param>
    public ValueTask DisposeAsync(long now) => node.Gate.RunAsync(Sink!, static (sink, _) => sink.DisposeAsync(), now, CancellationToken.None);

    /// <summary>What it says of a recipient, as far as that is known.</summary>
    public Verdict VerdictFor(Recipient recipient)
    {
        if (node.Shadow)
        {
            return Verdict.Continue;
        }

        if (Failure is { } failure)
        {
            return node.Effective(failure == CallOutcome.Aborted ? Finding.Aborted.Verdict : node.PolicyOf(failure), recipient);
        }

        return Decided is null ? Verdict.Continue : node.Effective(Decided[recipient], recipient);
    }

    private ValueTask<SinkState> WriteNowAsync(in ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
    {
        if (_unopened is { } transaction)
        {
            _unopened = null;
            Sink = ((IBodyFilter)node.Filter).OpenBody(transaction);
        }

        IsDeclined = Sink is null;
        return Sink?.WriteAsync(chunk, cancellationToken) ?? new ValueTask<SinkState>(SinkState.More);
    }
}
