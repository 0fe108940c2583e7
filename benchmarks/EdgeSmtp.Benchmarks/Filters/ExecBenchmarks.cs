using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Exec;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>Exec with a program that only hands on: what two processes and a folder in memory cost a message.</summary>
[MemoryDiagnoser]
[BenchmarkCategory(AllocationMeter.SkippedCategory)]
public class ExecBenchmarks
{
    private readonly byte[] _mail = BenchmarkMail.Content(4096);
    private FilterHarness _harness = null!;

    [GlobalSetup]
    public void Setup()
    {
        // In a server the script lies in the data directory; /dev/shm, where messages are to lie, may forbid that it is run.
        FilterHost host = new() { DataDirectory = Directory.CreateTempSubdirectory("exec").FullName };
        ExecFilterOptions options = new() { Program = "/bin/sh", Arguments = ["-c", "exec bin/qmail-queue"] };
        _harness = FilterHarness.Of(static filters => filters.AddExec(), options, host: host);
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark]
    public ValueTask<RecipientVerdicts> HandOn() => _harness.MessageAsync(_mail);
}
