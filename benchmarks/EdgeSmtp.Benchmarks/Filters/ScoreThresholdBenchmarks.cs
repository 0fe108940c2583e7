using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>The threshold filter alone: no score, some scores below the threshold, and a refusal.</summary>
[MemoryDiagnoser]
public class ScoreThresholdBenchmarks : IDisposable
{
    private readonly FilterHarness _harness = FilterHarness.Of(static filters => filters.AddScoreThreshold(), new ScoreThresholdFilterOptions { Reject = 5 });
    private readonly FilterHarness _suspect = FilterHarness.Of(static filters => filters.AddScoreThreshold(), new ScoreThresholdFilterOptions { Reject = 5 });
    private TestRecipient _passing = null!;
    private TestRecipient _refused = null!;

    [GlobalSetup]
    public void Setup()
    {
        _passing = _harness.Transaction.Ask("a@example.com");
        _refused = _suspect.Transaction.Ask("a@example.com");
        _suspect.Context.AddScore(_suspect.Session, "zen", 4);
        _suspect.Context.AddScore(_suspect.Session, "helo", 2);
    }

    [Benchmark(Baseline = true)]
    public ValueTask<Verdict> Pass() => ((ScoreThresholdFilter)_harness.Filter).OnRcptAsync(_harness.Transaction, _passing, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> Refuse() => ((ScoreThresholdFilter)_suspect.Filter).OnRcptAsync(_suspect.Transaction, _refused, CancellationToken.None);

    public void Dispose()
    {
        _harness.Dispose();
        _suspect.Dispose();
        GC.SuppressFinalize(this);
    }
}
