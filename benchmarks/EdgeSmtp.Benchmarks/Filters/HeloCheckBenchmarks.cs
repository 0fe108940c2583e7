using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>HeloCheck with 1,000 bad names and 100 patterns, and our own name.</summary>
[MemoryDiagnoser]
public class HeloCheckBenchmarks
{
    private FilterHarness _harness = null!;
    private HeloCheckFilter _filter = null!;
    private TestSession _good = null!;
    private TestSession _bad = null!;
    private TestSession _forged = null!;

    /// <summary>Whether the name is looked up; the answer is there at once.</summary>
    [Params("Syntax", "Address")]
    public string Mode { get; set; } = "Syntax";

    [GlobalSetup]
    public void Setup()
    {
        HeloCheckFilterOptions options = new()
        {
            Mode = Mode,
            OwnNames = ["mx.example.org"],
            BadHelo = [.. Enumerable.Range(0, 1000).Select(static i => $"spam{i}.bad.example"), .. Enumerable.Range(0, 100).Select(static i => $"*.dyn{i}.example")],
        };
        _harness = FilterHarness.Of(static filters => filters.AddHeloCheck(), options, FakeDns.Empty.AddAddress("mail.good.example", "192.0.2.1"));
        _filter = (HeloCheckFilter)_harness.Filter;
        _good = Client("mail.good.example");
        _bad = Client("a.dyn0.example");
        _forged = Client("mx.example.org");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _harness.Dispose();
        _good.Dispose();
        _bad.Dispose();
        _forged.Dispose();
    }

    [Benchmark(Baseline = true)]
    public ValueTask<Verdict> Pass() => _filter.OnHelloAsync(_good, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> RefusePattern() => _filter.OnHelloAsync(_bad, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> RefuseOwnName() => _filter.OnHelloAsync(_forged, CancellationToken.None);

    private static TestSession Client(string hello) => new() { HelloText = hello };
}
