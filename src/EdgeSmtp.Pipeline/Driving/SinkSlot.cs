using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>One body sink of one message.</summary>
internal sealed class SinkSlot(FilterNode node)
{
    public FilterNode Node => node;

    /// <summary>The sink; <c>null</c> when opening it failed.</summary>
    public IBodySink? Sink { get; set; }

    /// <summary>How it failed; a sink that failed gets nothing more, and its policy speaks in its place.</summary>
    public CallOutcome? Failure { get; set; }

    /// <summary>What it said when it was decided before the end.</summary>
    public RecipientVerdicts? Decided { get; set; }

    /// <summary>Time spent in its writes.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Offers a chunk, in turn with the other calls of the filter.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="now">When the call began.</param>
    /// <param name="cancellationToken">Its deadline.</param>
    public ValueTask<SinkState> WriteAsync(in ReadOnlySequence<byte> chunk, long now, CancellationToken cancellationToken)
    {
        if (!node.Gate.TryEnter(now, out int place))
        {
            return node.Gate.InTurnAsync((Sink!, chunk), static (ask, token) => ask.Item1.WriteAsync(ask.chunk, token), cancellationToken);
        }

        try
        {
            return Sink!.WriteAsync(chunk, cancellationToken);
        }
        finally
        {
            node.Gate.Leave(place);
        }
    }

    public bool WantsMore => Sink is not null && Failure is null && Decided is null;

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
}
