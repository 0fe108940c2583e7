using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>A recipient of a triple that passed before, of one that waits, and of a domain that does not greylist.</summary>
[MemoryDiagnoser]
public class GreylistBenchmarks
{
    private FilterHarness _harness = null!;
    private TestTransaction _known = null!;
    private TestTransaction _waiting = null!;
    private TestRecipient _knownRecipient = null!;
    private TestRecipient _waitingRecipient = null!;
    private TestRecipient _otherRecipient = null!;

    [GlobalSetup]
    public void Setup()
    {
        _harness = FilterHarness.Of(static filters => filters.AddGreylist(), new GreylistFilterOptions { Domains = ["example.com"], AutoAllowAfter = 0 });
        _known = new TestTransaction(_harness.Session, "bounce-1234@lists.example");
        _waiting = new TestTransaction(_harness.Session, "stranger@example.org");
        _knownRecipient = _known.Ask("rcpt@example.com");
        _waitingRecipient = _waiting.Ask("rcpt@example.com");
        _otherRecipient = _known.Ask("rcpt@example.net");
        Rcpt(_knownRecipient);
        _harness.Time.Advance(TimeSpan.FromMinutes(5));
        Rcpt(_knownRecipient);
        Rcpt(_waitingRecipient);
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark]
    public VerdictKind Passed() => Rcpt(_knownRecipient);

    [Benchmark]
    public VerdictKind Waiting() => Rcpt(_waitingRecipient);

    [Benchmark]
    public VerdictKind DomainWithout() => Rcpt(_otherRecipient);

    private VerdictKind Rcpt(TestRecipient recipient)
    {
        ValueTask<Verdict> verdict = ((IRcptFilter)_harness.Filter).OnRcptAsync(recipient.Transaction, recipient, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Kind : throw new InvalidOperationException();
    }
}
