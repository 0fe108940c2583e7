using System.Buffers;
using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

/// <summary>Contract tests of a filter that is registered here; not discovered, but called by <see cref="ContractTestsTests"/>.</summary>
internal sealed class Contract<TFilter>(Action<FilterRegistry> register) : FilterContractTests<TFilter>
    where TFilter : class, IFilter
{
    protected override void Register(FilterRegistry registry) => register(registry);
}

/// <summary>Keeps what belongs to a session in itself.</summary>
internal sealed class ForgetfulFilter : IMailFilter
{
    public static readonly FilterReason Twice = new(VerdictKind.Reject, "twice", 550, "5.7.1", "Twice");

    private int _calls;

    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => _calls++ > 0 ? Verdict.From(Twice) : Verdict.Continue;
}

/// <summary>Keeps chunks that were only lent to it, and reads them at the end.</summary>
internal sealed class GreedyFilter : IBodyFilter
{
    public static readonly FilterReason Odd = new(VerdictKind.Reject, "odd", 554, "5.6.0", "Odd");

    public IBodySink? OpenBody(Transaction transaction) => new Sink();

    private sealed class Sink : IBodySink
    {
        private readonly List<ReadOnlySequence<byte>> _chunks = [];

        public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
        {
            _chunks.Add(chunk);
            return new ValueTask<SinkState>(SinkState.More);
        }

        public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            long sum = _chunks.Sum(static chunk => chunk.ToArray().Sum(static b => (long)b));
            verdicts.SetAll(Verdict.From(Odd, $"{sum}"));
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}

/// <summary>Waits for ever.</summary>
internal sealed class DeafFilter : IHelloFilter
{
    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? new ValueTask<Verdict>(FailWhenCancelledAsync(cancellationToken)) : Verdict.Continue;

    private static async Task<Verdict> FailWhenCancelledAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource fired = new();
        await using CancellationTokenRegistration registration = cancellationToken.Register(fired.SetResult);
        await fired.Task;
        throw new InvalidOperationException("cancelled, and took it for a fault");
    }
}

/// <summary>Allocates on every call.</summary>
internal sealed class WastefulFilter : IRcptFilter
{
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        GC.KeepAlive(new object());
        return Verdict.Continue;
    }
}

/// <summary>Takes a resolver that cannot be asked for a verdict.</summary>
internal sealed class HastyFilter(FilterContext context) : IMailFilter
{
    public static readonly FilterReason NoDomain = new(VerdictKind.Reject, "no-domain", 550, "5.1.8", "Sender domain does not exist");

    public async ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        var answer = await context.Dns.ResolveAsync("example.org", EdgeSmtp.Abstractions.Dns.DnsRecordType.Mx, cancellationToken);
        return answer.Status == EdgeSmtp.Abstractions.Dns.DnsStatus.TemporaryFailure ? Verdict.From(NoDomain) : Verdict.Continue;
    }
}

/// <summary>Has options without limits.</summary>
internal sealed class BoundlessFilter : IMailFilter
{
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => Verdict.Continue;

    public sealed class Options
    {
        public int Anything { get; set; }
    }

    public sealed class LaxOptions : IValidatableObject
    {
        [Range(1, 5)]
        public int Kept { get; set; } = 3;

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [];
    }
}
