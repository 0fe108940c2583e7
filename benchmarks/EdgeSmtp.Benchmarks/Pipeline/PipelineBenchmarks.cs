using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Pipeline;

/// <summary>The driver itself: eight filters that say nothing, one after the other and as a group, at RCPT.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private const int Filters = 8;
    private PipelineHarness _sequence = null!;
    private PipelineHarness _group = null!;
    private TestSession _session = null!;
    private FilterRun _one = null!;
    private FilterRun _other = null!;
    private TestTransaction _transaction = null!;
    private TestRecipient _recipient = null!;

    [GlobalSetup]
    public void Setup()
    {
        _sequence = NewHarness();
        _group = NewHarness();
        _session = NewSession();
        for (int i = 0; i < Filters; i++)
        {
            _sequence.Add($"f{i}", new SilentFilter());
        }

        _group.AddGroup("group", [.. Enumerable.Range(0, Filters).Select(static i => PipelineHarness.Instance($"f{i}", new SilentFilter()))]);
        _one = _sequence.Build().Begin(_session, RejectAt.Recipient);
        _other = _group.Build().Begin(_session, RejectAt.Recipient);
        _transaction = new TestTransaction(_session);
        _recipient = _transaction.Ask("user@example.com");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _sequence.Dispose();
        _group.Dispose();
        _session.Dispose();
    }

    [Benchmark(Baseline = true)]
    public VerdictKind OneAfterTheOther() => Run(_one);

    [Benchmark]
    public VerdictKind Group() => Run(_other);

    private static PipelineHarness NewHarness() => new();

    private static TestSession NewSession() => new();

    private VerdictKind Run(FilterRun run)
    {
        ValueTask<Verdict> verdict = run.RcptAsync(_transaction, _recipient);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Kind : throw new InvalidOperationException();
    }

    private sealed class SilentFilter : IRcptFilter
    {
        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => Verdict.Continue;
    }
}
