using EdgeSmtp.Delivery.Scheduling;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Birth = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void QuadraticRemote_AttemptsInTime_AreThoseOfQmail() // spec §15.5
    {
        Assert.Equal([400.0, 1600, 3600, 6400, 10000, 14400, 19600, 25600, 32400, 40000], Attempts(RetrySchedule.QuadraticRemote, 10));
    }

    [Fact]
    public void QuadraticLocal_AttemptsInTime_AreThoseOfQmail()
    {
        Assert.Equal([100.0, 400, 900, 1600, 2500, 3600], Attempts(RetrySchedule.QuadraticLocal, 6));
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(1, 441)]
    [InlineData(399, 1521)]
    [InlineData(400, 1600)]
    [InlineData(401, 1600)]
    [InlineData(440, 1600)]
    [InlineData(441, 1681)]
    [InlineData(-5, 400)]
    public void QuadraticRemote_AnyAge_TakesTheIntegerRoot(int age, int next)
    {
        Assert.Equal(next, RetrySchedule.QuadraticRemote.NextAge(TimeSpan.FromSeconds(age)).TotalSeconds);
    }

    [Theory]
    [InlineData(0.0, 360)]
    [InlineData(0.5, 400)]
    [InlineData(1.0, 440)]
    public void Next_Chance_MovesTheDelayByATenth(double chance, int seconds)
    {
        Assert.Equal(seconds, (RetrySchedule.QuadraticRemote.Next(Birth, Birth, chance) - Birth).TotalSeconds, 3);
    }

    [Fact]
    public void Next_ClockSetBack_CountsFromNow()
    {
        DateTimeOffset now = Birth - TimeSpan.FromHours(1);
        Assert.Equal(now + TimeSpan.FromSeconds(400), RetrySchedule.QuadraticRemote.Next(Birth, now, 0.5));
    }

    [Fact]
    public void FromDelays_AttemptsInTime_RepeatTheLast()
    {
        RetrySchedule schedule = RetrySchedule.FromDelays([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)]);
        Assert.Equal([10.0, 70, 130, 190], Attempts(schedule, 4));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void FromDelays_JitterAlwaysOneWay_NeverStandsStill(double chance)
    {
        RetrySchedule schedule = RetrySchedule.FromDelays([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)]);
        DateTimeOffset now = Birth;
        for (int i = 0; i < 20; i++)
        {
            DateTimeOffset next = schedule.Next(Birth, now, chance);
            Assert.True(next - now >= TimeSpan.FromSeconds(0.9), $"attempt {i}: {next - now}");
            now = next;
        }
    }

    private static double[] Attempts(RetrySchedule schedule, int count)
    {
        double[] ages = new double[count];
        TimeSpan age = TimeSpan.Zero;
        for (int i = 0; i < count; i++) ages[i] = (age = schedule.NextAge(age)).TotalSeconds;
        return ages;
    }
}
