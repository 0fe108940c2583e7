using EdgeSmtp.Toolkit.Tables;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Tables;

public sealed class LookupCacheTests
{
    private static readonly LookupCacheOptions Plain = new()
    {
        PositiveTtl = TimeSpan.FromMinutes(60),
        NegativeTtl = TimeSpan.FromMinutes(5),
        StaleTtl = TimeSpan.FromMinutes(30),
        Jitter = 0,
    };

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingMeter _meter = new();
    private readonly List<string> _asked = [];
    private Func<string, ValueTask<CachedAnswer<string>>> _answer = static key => ValueTask.FromResult(new CachedAnswer<string>($"yes {key}", CacheLife.Positive));

    [Fact]
    public async Task Get_AskedAgainWithinItsTime_IsNotLookedUpAgain()
    {
        LookupCache<string, string> cache = Create();
        Assert.Equal("yes a", await GetAsync(cache, "a"));
        _time.Advance(Plain.PositiveTtl - TimeSpan.FromTicks(1));
        Assert.Equal("yes a", await GetAsync(cache, "a"));

        Assert.Equal(["a"], _asked);
        Assert.Equal((1, 1), (_meter.CountOf("miss"), _meter.CountOf("hit")));
        Assert.Equal(1, _meter.LevelOf("entries"));
    }

    [Fact]
    public async Task Get_NegativeBeyondItsTime_IsLookedUpBeforeAnybodyIsAnswered()
    {
        LookupCache<string, string> cache = Create();
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("no", CacheLife.Negative));
        await GetAsync(cache, "a");
        _time.Advance(Plain.NegativeTtl);
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("now yes", CacheLife.Positive));

        Assert.Equal("now yes", await GetAsync(cache, "a"));
        Assert.Equal(2, _asked.Count);
        Assert.Equal(0, _meter.CountOf("stale"));
    }

    [Fact]
    public async Task Get_PositiveBeyondItsTime_IsServedWhileItIsLookedUp()
    {
        LookupCache<string, string> cache = Create();
        await GetAsync(cache, "a");
        _time.Advance(Plain.PositiveTtl);
        TaskCompletionSource<CachedAnswer<string>> slow = new();
        _answer = _ => new(slow.Task);

        Assert.Equal("yes a", await GetAsync(cache, "a"));
        Assert.Equal("yes a", await GetAsync(cache, "a"));
        Assert.Equal(2, _asked.Count);
        slow.SetResult(new CachedAnswer<string>("fresh", CacheLife.Positive));

        Assert.Equal("fresh", await GetAsync(cache, "a"));
        Assert.Equal(2, _meter.CountOf("stale"));
    }

    [Fact]
    public async Task Get_LookUpFails_TheStaleAnswerServesUntilItIsTooOld()
    {
        LookupCache<string, string> cache = Create();
        await GetAsync(cache, "a");
        _time.Advance(Plain.PositiveTtl);
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("cannot tell", CacheLife.None));

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("yes a", await GetAsync(cache, "a"));
        }

        // Not asked again for every client while it fails.
        Assert.Equal(2, _asked.Count);
        _time.Advance(TimeSpan.FromSeconds(5));
        await GetAsync(cache, "a");
        Assert.Equal(3, _asked.Count);
        _time.Advance(Plain.StaleTtl);
        Assert.Equal("cannot tell", await GetAsync(cache, "a"));
    }

    [Fact]
    public async Task Get_Failure_IsKeptByNobody()
    {
        LookupCache<string, string> cache = Create();
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("cannot tell", CacheLife.None));
        await GetAsync(cache, "a");
        await GetAsync(cache, "a");

        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Get_ManyAtOnce_ShareOneLookUp()
    {
        LookupCache<string, string> cache = Create();
        TaskCompletionSource<CachedAnswer<string>> slow = new();
        _answer = _ => new(slow.Task);
        Task<string>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => GetAsync(cache, "a").AsTask())];
        slow.SetResult(new CachedAnswer<string>("one", CacheLife.Positive));

        Assert.All(await Task.WhenAll(waiting), static answer => Assert.Equal("one", answer));
        Assert.Single(_asked);
        Assert.Equal((1, 49), (_meter.CountOf("miss"), _meter.CountOf("joined")));
    }

    [Fact]
    public async Task Get_OneOfThemGivesUp_TheOthersStillGetTheAnswer()
    {
        LookupCache<string, string> cache = Create();
        TaskCompletionSource<CachedAnswer<string>> slow = new();
        _answer = _ => new(slow.Task);
        using CancellationTokenSource source = new();
        Task<string> first = GetAsync(cache, "a", source.Token).AsTask();
        Task<string> second = GetAsync(cache, "a").AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        slow.SetResult(new CachedAnswer<string>("one", CacheLife.Positive));

        Assert.Equal("one", await second);
        Assert.Equal("one", await GetAsync(cache, "a"));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Get_LookUpThrows_IsToldToWhoWaitedAndForgotten()
    {
        LookupCache<string, string> cache = Create();
        _answer = static _ => throw new InvalidOperationException("a bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => GetAsync(cache, "a").AsTask());
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("one", CacheLife.Positive));

        Assert.Equal("one", await GetAsync(cache, "a"));
    }

    [Fact]
    public async Task Get_MoreThanFit_TheLeastRecentlyUsedLeaves()
    {
        LookupCache<string, string> cache = Create(Plain with { EntriesMax = 2 });
        await GetAsync(cache, "a");
        await GetAsync(cache, "b");
        await GetAsync(cache, "a");
        await GetAsync(cache, "c");
        _asked.Clear();
        await GetAsync(cache, "a");
        await GetAsync(cache, "b");

        Assert.Equal(["b"], _asked);
        Assert.Equal(2, _meter.LevelOf("entries"));
    }

    [Fact]
    public async Task Get_ManyNegativeAnswers_PushOutNoPositiveOnes()
    {
        LookupCache<string, string> cache = Create(Plain with { EntriesMax = 8 });
        await GetAsync(cache, "real");
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("no", CacheLife.Negative));
        for (int i = 0; i < 1000; i++)
        {
            await GetAsync(cache, $"guess{i}");
        }

        Assert.Equal("yes real", await GetAsync(cache, "real"));
        Assert.Equal(3, _meter.LevelOf("entries"));
    }

    [Fact]
    public async Task Get_PositiveThatHasBecomeNegative_IsNegativeAtOnce()
    {
        LookupCache<string, string> cache = Create();
        await GetAsync(cache, "a");
        _time.Advance(Plain.PositiveTtl);
        _answer = static _ => ValueTask.FromResult(new CachedAnswer<string>("no", CacheLife.Negative));

        Assert.Equal("yes a", await GetAsync(cache, "a"));
        Assert.Equal("no", await GetAsync(cache, "a"));
        Assert.Equal(1, _meter.LevelOf("entries"));
    }

    [Fact]
    public async Task Get_CacheOfNothing_AlwaysAsks()
    {
        LookupCache<string, string> cache = Create(Plain with { EntriesMax = 0 });
        await GetAsync(cache, "a");
        await GetAsync(cache, "a");

        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Get_WithJitter_AnswersAskedTogetherDieApart()
    {
        LookupCache<string, string> cache = new(Plain with { Jitter = 0.1, StaleTtl = TimeSpan.Zero }, _time, _meter, new Random(1));
        for (int i = 0; i < 1000; i++)
        {
            await GetAsync(cache, $"{i}");
        }

        List<int> dead = [];
        _time.Advance(Plain.PositiveTtl * 0.9);
        for (int step = 0; step <= 4; step++)
        {
            _asked.Clear();
            for (int i = 0; i < 1000; i++)
            {
                await GetAsync(cache, $"{i}");
            }

            dead.Add(_asked.Count);
            _time.Advance(Plain.PositiveTtl * 0.05);
        }

        // Spread over the whole range of 10 % to either side, and nothing outside of it.
        Assert.Equal(0, dead[0]);
        Assert.All(dead[1..], static count => Assert.InRange(count, 180, 320));
        Assert.Equal(1000, dead.Sum());
    }

    [Fact]
    public async Task Get_Hit_AllocatesNothing()
    {
        LookupCache<string, string> cache = new(Plain, _time, EdgeSmtp.Abstractions.FilterMeter.None);
        for (int i = 0; i < 100; i++)
        {
            await GetAsync(cache, "a");
        }

        Func<string, LookupCacheTests, ValueTask<CachedAnswer<string>>> lookUp = static (key, test) => test._answer(key);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            ValueTask<string> answer = cache.GetAsync("a", this, lookUp, CancellationToken.None);
            Assert.True(answer.IsCompletedSuccessfully);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private LookupCache<string, string> Create(LookupCacheOptions? options = null) => new(options ?? Plain, _time, _meter);

    private ValueTask<string> GetAsync(LookupCache<string, string> cache, string key, CancellationToken cancellationToken = default) => cache.GetAsync(
        key,
        this,
        static (key, test) =>
        {
            test._asked.Add(key);
            return test._answer(key);
        },
        cancellationToken);
}
