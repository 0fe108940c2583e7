using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.AuthenticationResults;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>A recipient of a message that nothing was found out about.</summary>
[MemoryDiagnoser]
public class AuthenticationResultsBenchmarks
{
    private FilterHarness _harness = null!;
    private TestTransaction _transaction = null!;
    private TestRecipient _recipient = null!;

    [GlobalSetup]
    public void Setup()
    {
        _harness = FilterHarness.Of(static filters => filters.AddAuthenticationResults(), new AuthenticationResultsFilterOptions { AuthservId = "mx.example" });
        _transaction = new TestTransaction(_harness.Session);
        _recipient = _transaction.Ask("user@example.com");
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark]
    public VerdictKind Rcpt()
    {
        ValueTask<Verdict> verdict = ((IRcptFilter)_harness.Filter).OnRcptAsync(_transaction, _recipient, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Kind : throw new InvalidOperationException();
    }
}
