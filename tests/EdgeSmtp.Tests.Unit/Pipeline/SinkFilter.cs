using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>A body filter that does what the test says.</summary>
public sealed class SinkFilter : IBodyFilter, IBodySink
{
    public static readonly FilterReason Virus = new(VerdictKind.Reject, "virus", 554, "5.7.0", "Virus found");
    public static readonly FilterReason Odd = new(VerdictKind.Quarantine, "odd", 250, "2.0.0", "Taken");

    public Func<Transaction, bool>? IsInterested { get; init; }

    public Func<ReadOnlySequence<byte>, CancellationToken, ValueTask<SinkState>>? OnWrite { get; init; }

    public Func<RecipientVerdicts, CancellationToken, ValueTask>? OnComplete { get; init; }

    public Func<ValueTask>? OnDispose { get; init; }

    public int Writes { get; private set; }

    public long Bytes { get; private set; }

    public int Completions { get; private set; }

    public int Disposals { get; private set; }

    public IBodySink? OpenBody(Transaction transaction) => IsInterested is null || IsInterested(transaction) ? this : null;

    public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
    {
        Writes++;
        Bytes += chunk.Length;
        return OnWrite is null ? new ValueTask<SinkState>(SinkState.More) : OnWrite(chunk, cancellationToken);
    }

    public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        Completions++;
        return OnComplete is null ? default : OnComplete(verdicts, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Disposals++;
        return OnDispose is null ? default : OnDispose();
    }
}
