using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Rates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Rates;

public sealed class TokenBucketTableTests
{
    private static readonly RateRule FivePerMinute = new(5, TimeSpan.FromMinutes(1), 5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_UpToTheBurst_IsAllowedAndThenTold()
    {
        TokenBucketTable table = Table();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(new RateDecision(true, TimeSpan.Zero), Take(table, 1, FivePerMinute));
        }

        Assert.Equal(new RateDecision(false, TimeSpan.FromSeconds(12)), Take(table, 1, FivePerMinute));
        Assert.True(Take(table, 2, FivePerMinute).Allowed);
    }

    [Fact]
    public void Take_WhenRetryAfterHasPassed_IsAllowedOnce()
    {
        TokenBucketTable table = Table();
        Drain(table, 1, FivePerMinute);
        _time.Advance(TimeSpan.FromSeconds(12) - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), Take(table, 1, FivePerMinute).RetryAfter);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(Take(table, 1, FivePerMinute).Allowed);
        Assert.False(Take(table, 1, FivePerMinute).Allowed);
    }

    [Fact]
    public void Take_AfterAllIsGivenBack_HoldsNoMoreThanTheBurst()
    {
        TokenBucketTable table = Table();
        Drain(table, 1, FivePerMinute);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(5, Drain(table, 1, FivePerMinute));
    }

    [Theory]
    [InlineData(7, 60, 5)]
    [InlineData(3, 1, 3)]
    [InlineData(1_000_000_000_000, 1, 1_000)]
    [InlineData(11, 7 * 86_400, 13)]
    [InlineData(1, 1, 1)]
    public void Take_AtAnyRate_FitsExactlyTheBurst(long rate, int periodSeconds, long burst)
    {
        RateRule rule = new(rate, TimeSpan.FromSeconds(periodSeconds), burst);
        int allowed = Drain(Table(), 1, rule);

        // At rates where a unit is worth less than the resolution of the clock, nothing is ever owed.
        Assert.True(rule.TicksPerUnit < 1 ? allowed >= burst : allowed == burst, $"{allowed}");
    }

    [Fact]
    public void Take_MoreThanTheBucketHolds_NeedsAFullOneAndIsOwed()
    {
        TokenBucketTable table = Table();
        Assert.True(Take(table, 1, FivePerMinute, 10, 10).Allowed);
        Assert.Equal(TimeSpan.FromSeconds(72), Take(table, 1, FivePerMinute).RetryAfter);
        _time.Advance(TimeSpan.FromSeconds(72));
        Assert.True(Take(table, 1, FivePerMinute).Allowed);
        Assert.False(Take(table, 1, FivePerMinute, 10, 10).Allowed);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(Take(table, 1, FivePerMinute, 10, 10).Allowed);
    }

    [Fact]
    public void Take_NeedingNothing_AlwaysSucceedsAndIsOwed()
    {
        TokenBucketTable table = Table();
        Assert.True(Take(table, 1, FivePerMinute, 0, 1_000).Allowed);
        Assert.True(Take(table, 1, FivePerMinute, 0, long.MaxValue).Allowed);
        Assert.False(Take(table, 1, FivePerMinute).Allowed);
        _time.Advance(TimeSpan.FromDays(367));
        Assert.True(Take(table, 1, FivePerMinute).Allowed);
    }

    [Fact]
    public void Take_TakingNothing_OnlyLooks()
    {
        TokenBucketTable table = Table();
        for (int i = 0; i < 100; i++)
        {
            Assert.True(Take(table, 1, FivePerMinute, 5, 0).Allowed);
        }

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Return_GivesBackAndNoMore()
    {
        TokenBucketTable table = Table();
        Drain(table, 1, FivePerMinute);
        Return(table, 1, 2);
        Assert.Equal(2, Drain(table, 1, FivePerMinute));
        Return(table, 1, 1_000);
        Assert.Equal(5, Drain(table, 1, FivePerMinute));
        Return(table, 9, 1);
        Assert.Equal(5, Drain(table, 9, FivePerMinute));
    }

    [Fact]
    public void Rule_Changed_TakesOverWhatIsOwed()
    {
        TokenBucketTable table = Table();
        Drain(table, 1, FivePerMinute);
        RateRule stricter = new(1, TimeSpan.FromMinutes(1), 1);
        Assert.False(Take(table, 1, stricter).Allowed);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(Take(table, 1, stricter).Allowed);
    }

    [Fact]
    public void FullTable_FloodedWithNewKeys_ForgetsNobodysDebt()
    {
        TokenBucketTable table = Table(capacity: 10);
        Drain(table, 1, FivePerMinute);
        for (uint key = 100; key < 10_100; key++)
        {
            Take(table, key, FivePerMinute);
            Assert.False(Take(table, 1, FivePerMinute).Allowed);
        }

        Assert.Equal(10, table.Count);
    }

    [Fact]
    public void FullTable_KeysThatTakeTurns_StayWithinTheirRateTogether()
    {
        TokenBucketTable table = Table(capacity: 3);
        Drain(table, 1, FivePerMinute);
        Drain(table, 2, FivePerMinute);
        int allowed = 0;
        for (int i = 0; i < 1_000; i++)
        {
            // Each pushes the other out.
            allowed += Take(table, 3, FivePerMinute).Allowed ? 1 : 0;
            allowed += Take(table, 4, FivePerMinute).Allowed ? 1 : 0;
        }

        Assert.Equal(5, allowed);
    }

    [Fact]
    public void FullTable_OfBucketsThatAreFullAgain_MakesRoom()
    {
        TokenBucketTable table = Table(capacity: 10);
        for (uint key = 0; key < 10; key++)
        {
            Drain(table, key, FivePerMinute);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, Drain(table, 100, FivePerMinute));
        Assert.True(table.Count < 10);
    }

    [Fact]
    public void FullTable_IsToldOncePerMinute()
    {
        using LogRecorder log = new();
        TokenBucketTable table = new("Limit 'x'", 2, _time, log.CreateLogger("test"));
        for (uint key = 0; key < 100; key++)
        {
            Take(table, key, FivePerMinute);
        }

        Assert.Single(log.Lines, static line => line.Contains("Limit 'x' holds 2 keys", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(59));
        Drain(table, 1, FivePerMinute);
        Drain(table, 2, FivePerMinute);
        _time.Advance(TimeSpan.FromSeconds(1));
        Take(table, 3, FivePerMinute);
        Assert.Equal(2, log.Lines.Count(static line => line.Contains("Limit 'x' holds 2 keys", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void Takes_AtRandom_AreNeverMoreThanAnEndlessTableAllows(int capacity)
    {
        TokenBucketTable table = Table(capacity);
        Dictionary<uint, long> exact = [];
        Random random = new(capacity);
        long now = 0;
        for (int i = 0; i < 20_000; i++)
        {
            int step = random.Next(0, 8_000);
            now += step;
            _time.Advance(TimeSpan.FromTicks(step * 1_000));
            uint key = (uint)random.Next(0, 50);
            long fullAt = Math.Max(exact.GetValueOrDefault(key), now * 1_000);
            bool expected = fullAt + FivePerMinute.TicksFor(1) - (now * 1_000) <= FivePerMinute.BurstTicks;
            bool allowed = Take(table, key, FivePerMinute).Allowed;
            Assert.True(capacity >= 50 ? allowed == expected : expected || !allowed, $"step {i}");
            if (allowed)
            {
                exact[key] = fullAt + FivePerMinute.TicksFor(1);
            }
        }
    }

    [Fact]
    public void Takes_FromManyThreads_AddUpToTheBurst()
    {
        TokenBucketTable table = Table();
        RateRule rule = new(1_000, TimeSpan.FromHours(1), 1_000);
        int allowed = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                if (Take(table, 1, rule).Allowed)
                {
                    Interlocked.Increment(ref allowed);
                }
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(1_000, allowed);
    }

    [Fact]
    public void Take_OfAKnownKey_AllocatesNothing()
    {
        TokenBucketTable table = Table();
        RateRule rule = new(1_000_000, TimeSpan.FromHours(1), 1_000_000);
        for (int i = 0; i < 100; i++)
        {
            Take(table, 1, rule);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Take(table, 1, rule);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Rule_OutOfSense_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RateRule(0, TimeSpan.FromSeconds(1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RateRule(1, TimeSpan.Zero, 1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RateRule(1, TimeSpan.FromSeconds(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table(capacity: 0));
    }

    private static RateDecision Take(TokenBucketTable table, uint key, RateRule rule, long needed = 1, long taken = 1)
    {
        ValueTask<RateDecision> decision = table.TakeAsync(key, rule, needed, taken, CancellationToken.None);
        return decision.IsCompletedSuccessfully ? decision.Result : throw new InvalidOperationException("A table in memory never waits.");
    }

    private static void Return(TokenBucketTable table, uint key, long units)
    {
        ValueTask returned = table.ReturnAsync(key, FivePerMinute, units, CancellationToken.None);
        Assert.True(returned.IsCompletedSuccessfully);
    }

    /// <summary>Takes until nothing is left, at most 100,000 times.</summary>
    private static int Drain(TokenBucketTable table, uint key, RateRule rule)
    {
        int allowed = 0;
        while (allowed < 100_000 && Take(table, key, rule).Allowed)
        {
            allowed++;
        }

        return allowed;
    }

    private TokenBucketTable Table(int capacity = 1_000) => new("test", capacity, _time, NullLogger.Instance);
}
