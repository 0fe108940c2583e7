using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RecipientCheck;

/// <summary>Refuses the message of a notorious client without looking at it.</summary>
internal sealed class NotoriousSink : IBodySink
{
    /// <summary>It keeps nothing, so that one serves all.</summary>
    public static NotoriousSink Instance { get; } = new();

    public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken) => new(SinkState.Decided);

    public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        verdicts.SetAll(Verdict.From(RecipientCheckFilter.Notorious));
        return default;
    }

    public ValueTask DisposeAsync() => default;
}
