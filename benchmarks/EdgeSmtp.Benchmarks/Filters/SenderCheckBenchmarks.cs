using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>MAIL and RCPT through SenderCheck, with a list of 1,000 addresses and 100 patterns.</summary>
[MemoryDiagnoser]
public class SenderCheckBenchmarks
{
    private FilterHarness _harness = null!;
    private SenderCheckFilter _filter = null!;
    private TestTransaction _good = null!;
    private TestTransaction _listed = null!;
    private TestTransaction _pattern = null!;

    /// <summary>Whether the domain of the sender is looked up; the answer is there at once.</summary>
    [Params(false, true)]
    public bool ChecksDomain { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SenderCheckFilterOptions options = new()
        {
            CheckDomain = ChecksDomain,
            BadMailFrom = [.. Enumerable.Range(0, 1000).Select(static i => $"spam{i}@bad.example"), .. Enumerable.Range(0, 100).Select(static i => $"*@*.dyn{i}.example")],
        };
        _harness = FilterHarness.Of(static filters => filters.AddSenderCheck(), options, FakeDns.Empty.AddMx("good.example", 10, "mx.good.example"));
        _filter = (SenderCheckFilter)_harness.Filter;
        _good = new TestTransaction(_harness.Session, "a@good.example");
        _listed = new TestTransaction(_harness.Session, "spam999@bad.example");
        _pattern = new TestTransaction(_harness.Session, "a@x.dyn0.example");
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark]
    public async Task<Verdict> Pass()
    {
        await _filter.OnMailAsync(_good, CancellationToken.None);
        return await _filter.OnRcptAsync(_good, _good.Ask("user@example.com"), CancellationToken.None);
    }

    [Benchmark]
    public ValueTask<Verdict> RefuseListed() => _filter.OnMailAsync(_listed, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> RefusePattern() => _filter.OnMailAsync(_pattern, CancellationToken.None);
}
