using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>What a flood can push out, and many sessions at once.</summary>
public sealed class GreylistBoundsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Flood_OfNewTriples_PushesOutNothingThatPassed()
    {
        using LogRecorder log = new();
        await using GreylistStore store = Open(new GreylistFilterOptions { PendingMax = 10, PassedMax = 10, ClientsMax = 10 }, log);
        store.Ask(1, 1, GreylistTest.Rules);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, store.Ask(1, 1, GreylistTest.Rules));
        for (uint i = 100; i < 1_100; i++)
        {
            Assert.Equal(TimeSpan.FromMinutes(5), store.Ask(i, i, GreylistTest.Rules));
        }

        Assert.Equal(TimeSpan.Zero, store.Ask(1, 1, GreylistTest.Rules));
        Assert.Single(log.Lines, static line => line.Contains("PendingMax", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Full_ThoseLeastRecentlySeenLeaveFirst()
    {
        await using GreylistStore store = Open(new GreylistFilterOptions { PendingMax = 3 });
        for (uint i = 1; i <= 3; i++)
        {
            store.Ask(i, i, GreylistTest.Rules);
        }

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(TimeSpan.FromMinutes(1), store.Ask(1, 1, GreylistTest.Rules));
        store.Ask(4, 4, GreylistTest.Rules);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, store.Ask(1, 1, GreylistTest.Rules));
        Assert.Equal(TimeSpan.FromMinutes(5), store.Ask(2, 2, GreylistTest.Rules));
        Assert.Equal(TimeSpan.Zero, store.Ask(3, 3, GreylistTest.Rules));
    }

    [Fact]
    public async Task Full_OfTheDead_TellsNothing()
    {
        using LogRecorder log = new();
        await using GreylistStore store = Open(new GreylistFilterOptions { PendingMax = 3 }, log);
        for (uint i = 1; i <= 3; i++)
        {
            store.Ask(i, i, GreylistTest.Rules);
        }

        _time.Advance(TimeSpan.FromDays(2));
        store.Ask(4, 4, GreylistTest.Rules);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Sessions_AtOnce_AgreeOnEachTriple()
    {
        await using GreylistStore store = Open(new GreylistFilterOptions());
        Run(store, static wait => Assert.Equal(TimeSpan.FromMinutes(5), wait));
        _time.Advance(TimeSpan.FromMinutes(5));
        Run(store, static wait => Assert.Equal(TimeSpan.Zero, wait));
    }

    private static void Run(GreylistStore store, Action<TimeSpan> check)
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            try
            {
                for (uint i = 0; i < 300; i++)
                {
                    check(store.Ask(i, i, GreylistTest.Rules));
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Null(failure);
    }

    private GreylistStore Open(GreylistFilterOptions options, LogRecorder? log = null) =>
        GreylistStore.Open(options, _time, log?.CreateLogger("test") ?? NullLogger.Instance);
}
