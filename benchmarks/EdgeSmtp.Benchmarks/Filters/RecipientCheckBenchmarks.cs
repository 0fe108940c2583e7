using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>RCPT through RecipientCheck, with a list of 1,000 addresses and 100 patterns and every limit on.</summary>
[MemoryDiagnoser]
public class RecipientCheckBenchmarks
{
    private FilterHarness _harness = null!;
    private RecipientCheckFilter _filter = null!;
    private TestTransaction _transaction = null!;
    private TestRecipient _good = null!;
    private TestRecipient _listed = null!;

    [GlobalSetup]
    public void Setup()
    {
        RecipientCheckFilterOptions options = new()
        {
            BadRcptTo = [.. Enumerable.Range(0, 1000).Select(static i => $"old{i}@example.com"), .. Enumerable.Range(0, 100).Select(static i => $"*{i}%*")],
            RecipientsMax = 100,
            TarpitCount = 100_000,
            InvalidRecipientsMax = 10,
        };
        _harness = FilterHarness.Of(static filters => filters.AddRecipientCheck(), options);
        _filter = (RecipientCheckFilter)_harness.Filter;
        _transaction = new TestTransaction(_harness.Session);
        _good = _transaction.Ask("user@example.com");
        _listed = _transaction.Ask("old999@example.com");
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark]
    public ValueTask<Verdict> PassAttempt() => _filter.OnRcptAttemptAsync(_transaction, _good.ForwardPath, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> PassRecipient() => _filter.OnRcptAsync(_transaction, _good, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> RefuseListed() => _filter.OnRcptAsync(_transaction, _listed, CancellationToken.None);
}
