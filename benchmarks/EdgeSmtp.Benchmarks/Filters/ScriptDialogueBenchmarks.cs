using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>The filter Script with the least program that there can be: what the way to another process and back costs a recipient.</summary>
[MemoryDiagnoser]
[BenchmarkCategory(AllocationMeter.SkippedCategory)]
public class ScriptDialogueBenchmarks
{
    private const string Program = """
        import sys
        print('{"edgesmtp":1,"stages":["rcpt"]}', flush=True)
        for line in sys.stdin:
            print(line.split(",", 1)[0] + "}", flush=True)
        """;

    private FilterHarness _harness = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        ScriptFilterOptions options = new() { Program = "/usr/bin/python3", Arguments = ["-c", Program], Children = 1 };
        _harness = FilterHarness.Of(static filters => filters.AddScript(), options);
        await _harness.RcptAsync();
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark]
    public ValueTask<Verdict> Rcpt() => ((IRcptFilter)_harness.Filter).OnRcptAsync(_harness.Transaction, _harness.Transaction.Recipients[0], CancellationToken.None);

    [Benchmark(Baseline = true)]
    public ValueTask<Verdict> StageThatIsNotAsked() => ((IMailFilter)_harness.Filter).OnMailAsync(_harness.Transaction, CancellationToken.None);
}
