using BenchmarkDotNet.Attributes;
using EdgeSmtp.Delivery.Scheduling;

namespace EdgeSmtp.Benchmarks.Delivery;

/// <summary>When a deferred message comes again.</summary>
[MemoryDiagnoser]
public class RetryScheduleBenchmarks
{
    private static readonly DateTimeOffset Received = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    [Benchmark]
    public DateTimeOffset Next() => RetrySchedule.QuadraticRemote.Next(Received, Received.AddHours(7), chance: 0.5);
}
