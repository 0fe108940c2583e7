using EdgeSmtp.LoadTests.Profiles;
using Xunit;

namespace EdgeSmtp.Tests.Unit.LoadTests;

/// <summary>How many arrivals are due by when.</summary>
public sealed class ArrivalProfileTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1.5, 15)]
    [InlineData(20, 200)]
    public void Constant_DueBy_GrowsEvenly(double seconds, double due) =>
        Assert.Equal(due, new ConstantArrivals(10, TimeSpan.FromSeconds(20)).DueBy(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 25)]
    [InlineData(10, 100)]
    public void Ramp_DueBy_GrowsWithTheSquare(double seconds, double due) =>
        Assert.Equal(due, new RampArrivals(0, 20, TimeSpan.FromSeconds(10)).DueBy(TimeSpan.FromSeconds(seconds)), 6);

    [Theory]
    [InlineData(5, 25)]
    [InlineData(10, 100)]
    [InlineData(12, 140)]
    [InlineData(15, 200)]
    public void Staged_DueBy_GoesOnWhereTheLastStageEnded(double seconds, double due)
    {
        StagedArrivals profile = new(new RampArrivals(0, 20, TimeSpan.FromSeconds(10)), new ConstantArrivals(20, TimeSpan.FromSeconds(5)));
        Assert.Equal(TimeSpan.FromSeconds(15), profile.Duration);
        Assert.Equal(due, profile.DueBy(TimeSpan.FromSeconds(seconds)), 6);
    }

    [Fact]
    public void Scale_RateAndTime_ScaleTheWhole()
    {
        StagedArrivals profile = new(new RampArrivals(0, 20, TimeSpan.FromSeconds(10)), new ConstantArrivals(20, TimeSpan.FromSeconds(5)));
        ArrivalProfile scaled = profile.Scale(rate: 3, duration: 0.5);
        Assert.Equal(TimeSpan.FromSeconds(7.5), scaled.Duration);
        Assert.Equal(200 * 3 * 0.5, scaled.DueBy(scaled.Duration), 6);
    }
}
