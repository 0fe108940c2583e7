using EdgeSmtp.LoadTests.Measuring;
using Xunit;

namespace EdgeSmtp.Tests.Unit.LoadTests;

/// <summary>What a soak is judged by: the last third of a run against its first.</summary>
public sealed class SteadinessTests
{
    [Theory]
    [InlineData(100, 300, 100, true)]
    [InlineData(100, 100, 105, true)]
    [InlineData(100, 100, 106, false)]
    [InlineData(100, 100, 50, true)]
    public void Memory_OfThirds_MayGrowByTheShare(long first, long second, long third, bool holds)
    {
        TimelinePoint[] timeline = [.. new[] { first, second, third }.SelectMany(static (bytes, i) => Enumerable.Range(0, 10).Select(second => new TimelinePoint((10 * i) + second, 0, 0, 0, 0, 0, 1, bytes)))];
        Assert.Equal(holds, Threshold.SteadyMemory(0.05).Holds(Result(new FlowStatistics("mail", static () => 0), timeline)));
    }

    [Fact]
    public void Memory_ThatNobodySaw_DoesNotHold() =>
        Assert.False(Threshold.SteadyMemory(0.05).Holds(Result(new FlowStatistics("mail", static () => 0), [new TimelinePoint(1, 0, 0, 0, 0, 0, null, null)])));

    [Theory]
    [InlineData(100, 104, true)]
    [InlineData(100, 120, false)]
    public void Latency_OfThirds_MayGrowByTheShare(int first, int last, bool holds)
    {
        int third = 0;
        FlowStatistics flow = new("mail", () => third);
        foreach (int milliseconds in (int[])[first, 10_000, last])
        {
            for (int i = 0; i < 100; i++)
            {
                flow.Record("dot", TimeSpan.FromMilliseconds(milliseconds));
            }

            third++;
        }

        Assert.Equal(holds, Threshold.SteadyLatency("mail", "dot", 99, 0.05).Holds(Result(flow, [])));
        Assert.Equal(300, flow.Step("dot")!.Count);
    }

    [Fact]
    public void PerDay_CountsAsIfTheWholeDayWereSo() =>
        Assert.Equal(8_640_000, Result(new FlowStatistics("mail", static () => 0), []).PerDay(1_000), 3);

    private static RunResult Result(FlowStatistics flow, IReadOnlyList<TimelinePoint> timeline) =>
        new("sample", "127.0.0.1:25", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(10), [flow], timeline);
}
