using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>A connection and a recipient under four limits: within them, and beyond one.</summary>
[MemoryDiagnoser]
public class RateLimitBenchmarks
{
    private FilterHarness _within = null!;
    private FilterHarness _beyond = null!;
    private TestTransaction _transaction = null!;
    private TestRecipient _recipient = null!;

    [GlobalSetup]
    public void Setup()
    {
        _within = Make(1_000_000_000_000);
        _beyond = Make(1);
        _transaction = new TestTransaction(_within.Session);
        _recipient = _transaction.Ask("rcpt@example.com");
        Rcpt(_beyond);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _within.Dispose();
        _beyond.Dispose();
    }

    [Benchmark]
    public VerdictKind ConnectWithin()
    {
        ValueTask<Verdict> verdict = ((IConnectFilter)_within.Filter).OnConnectAsync(_within.Session, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Kind : throw new InvalidOperationException();
    }

    [Benchmark]
    public VerdictKind RcptWithin() => Rcpt(_within);

    [Benchmark]
    public VerdictKind RcptBeyond() => Rcpt(_beyond);

    private static FilterHarness Make(long recipients) => FilterHarness.Of(
        static filters => filters.AddRateLimit(),
        new RateLimitFilterOptions
        {
            Limits = new Dictionary<string, RateLimitOptions>(StringComparer.Ordinal)
            {
                ["connections"] = new() { Unit = RateUnit.Connections, Rate = 1_000_000_000_000 },
                ["messages"] = new() { Rate = 1_000_000_000_000, PrefixV4 = 24 },
                ["recipients"] = new() { Unit = RateUnit.Recipients, Rate = recipients },
                ["sender"] = new() { Unit = RateUnit.Recipients, Key = RateKeyKind.Sender, Rate = 1_000_000_000_000 },
            },
        });

    private VerdictKind Rcpt(FilterHarness harness)
    {
        ValueTask<Verdict> verdict = ((IRcptFilter)harness.Filter).OnRcptAsync(_transaction, _recipient, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Kind : throw new InvalidOperationException();
    }
}
