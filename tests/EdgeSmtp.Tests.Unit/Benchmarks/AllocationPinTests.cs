using System.Text.Json;
using EdgeSmtp.Benchmarks;
using EdgeSmtp.Tests.Unit.Architecture;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Benchmarks;

/// <summary>
/// The gate of <c>benchmarks/allocations.json</c>: no benchmark allocates more than is written there. After a change that was worth it:
/// <c>artifacts/bin/EdgeSmtp.Benchmarks/release/edgesmtp-benchmarks pin benchmarks/allocations.json</c>, and the difference is part of the review.
/// </summary>
[Collection<AfterAllOthers>]
public sealed class AllocationPinTests
{
    private static readonly IReadOnlyDictionary<string, long> Pins = Read();

    public static TheoryData<string> Names => new(AllocationMeter.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Benchmark_InSteadyState_AllocatesNoMoreThanIsPinned(string name)
    {
        Assert.True(Pins.TryGetValue(name, out long pinned), $"{name} is not pinned in benchmarks/allocations.json.");
        // The last step of the JIT, which a busy machine may not take in time, removes some of what is left; never anything where nothing is pinned.
        long most = pinned + (pinned / 4);
        long bytes = AllocationMeter.Measure(name, enough: most);
        Assert.True(bytes <= most, $"{name} allocates {bytes} bytes, pinned are {pinned}.");
    }

    [Fact]
    public void Pins_NameNothing_ThatIsNoBenchmark() => Assert.Empty(Pins.Keys.Except(AllocationMeter.Names));

    private static Dictionary<string, long> Read() => JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(Path.Combine(SourceTree.Root, "benchmarks", "allocations.json")))!;
}
