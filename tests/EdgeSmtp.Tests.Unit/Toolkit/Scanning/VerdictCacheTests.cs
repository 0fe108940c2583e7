using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Scanning;
using EdgeSmtp.Toolkit.Tables;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Scanning;

public sealed class VerdictCacheTests
{
    private static readonly Digest256 KeyA = new(1, 1);
    private static readonly Digest256 KeyB = new(1, 2);
    private static readonly Digest256 KeyC = new(2, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingMeter _meter = new();
    private int _scans;

    [Fact]
    public async Task Get_TheSameAgain_IsScannedOnceWithinItsTime()
    {
        VerdictCache<string> cache = Create(new VerdictCacheOptions { Ttl = TimeSpan.FromMinutes(10) });
        Assert.Equal("clean", await GetAsync(cache, KeyA, "clean"));
        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal("clean", await GetAsync(cache, KeyA, "virus"));
        Assert.Equal("virus", await GetAsync(cache, KeyB, "virus"));
        Assert.Equal((1, 2, 2), (_meter.CountOf("hit"), _meter.CountOf("miss"), _meter.LevelOf("entries")));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("virus", await GetAsync(cache, KeyA, "virus"));
        Assert.Equal(3, _scans);
    }

    [Fact]
    public async Task Get_Failure_IsToldToThoseWhoWaitedAndKeptByNobody()
    {
        VerdictCache<string> cache = Create();
        TaskCompletionSource<ScanAnswer<string>> slow = new();
        Task<string> first = GetAsync(cache, KeyA, slow.Task), second = GetAsync(cache, KeyA, slow.Task);
        slow.SetResult(new ScanAnswer<string>("timeout", IsDeterministic: false));
        Assert.Equal(["timeout", "timeout"], await Task.WhenAll(first, second));
        Assert.Equal(1, _scans);

        Assert.Equal("clean", await GetAsync(cache, KeyA, "clean"));
        Assert.Equal(2, _scans);
    }

    [Fact]
    public async Task Get_ManyAtOnce_ShareOneScan()
    {
        VerdictCache<string> cache = Create();
        TaskCompletionSource<ScanAnswer<string>> slow = new();
        Task<string>[] waiting = [.. Enumerable.Range(0, 1000).Select(_ => GetAsync(cache, KeyA, slow.Task))];
        slow.SetResult(new ScanAnswer<string>("virus", IsDeterministic: true));

        Assert.All(await Task.WhenAll(waiting), static finding => Assert.Equal("virus", finding));
        Assert.Equal(1, _scans);
        Assert.Equal((1, 999), (_meter.CountOf("miss"), _meter.CountOf("joined")));
    }

    [Fact]
    public async Task Get_FromManyThreads_ScansEachKeyOnce()
    {
        VerdictCache<string> cache = Create();
        Task<string>[] waiting =
        [
            .. Enumerable.Range(0, 2000).Select(i => Task.Run(() => GetAsync(cache, new Digest256(0, (UInt128)(i % 10)), YieldAsync(i % 10)))),
        ];
        string[] findings = await Task.WhenAll(waiting);

        Assert.All(findings.Index(), static one => Assert.Equal($"finding {one.Index % 10}", one.Item));
        Assert.Equal(10, _scans);
        Assert.Equal(10, _meter.CountOf("miss"));
        Assert.Equal(0, _meter.CountOf("taken-over"));

        async Task<ScanAnswer<string>> YieldAsync(int key)
        {
            await Task.Yield();
            return new ScanAnswer<string>($"finding {key}", IsDeterministic: true);
        }
    }

    [Fact]
    public async Task Get_TheOneThatScansGivesUp_TheNextScansItsOwn()
    {
        VerdictCache<string> cache = Create();
        using CancellationTokenSource source = new();
        Task<string> first = GetAsync(cache, KeyA, new TaskCompletionSource<ScanAnswer<string>>().Task, source.Token);
        Task<string> second = GetAsync(cache, KeyA, "from the second");
        Task<string> third = GetAsync(cache, KeyA, "from the third");
        Assert.Equal(1, _scans);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        string finding = await second;
        Assert.Equal(finding, await third);
        Assert.Equal(2, _scans);
        Assert.Equal(1, _meter.CountOf("taken-over"));
    }

    [Fact]
    public async Task Get_OneThatWaitsGivesUp_TheScanGoesOn()
    {
        VerdictCache<string> cache = Create();
        using CancellationTokenSource source = new();
        TaskCompletionSource<ScanAnswer<string>> slow = new();
        Task<string> first = GetAsync(cache, KeyA, slow.Task);
        Task<string> second = GetAsync(cache, KeyA, slow.Task, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        slow.SetResult(new ScanAnswer<string>("clean", IsDeterministic: true));

        Assert.Equal("clean", await first);
        Assert.Equal("clean", await GetAsync(cache, KeyA, "scanned again"));
    }

    [Fact]
    public async Task Get_ScanThrows_IsToldToThoseWhoWaitedAndForgotten()
    {
        VerdictCache<string> cache = Create();
        TaskCompletionSource<ScanAnswer<string>> slow = new();
        Task<string> first = GetAsync(cache, KeyA, slow.Task), second = GetAsync(cache, KeyA, slow.Task);
        slow.SetException(new InvalidOperationException("a bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);

        Assert.Equal("clean", await GetAsync(cache, KeyA, "clean"));
    }

    [Fact]
    public async Task Get_ACancellationThatIsNotOurs_IsAnErrorLikeAnyOther()
    {
        VerdictCache<string> cache = Create();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(cache, KeyA, Task.FromCanceled<ScanAnswer<string>>(new CancellationToken(canceled: true))));
        Assert.Equal("clean", await GetAsync(cache, KeyA, "clean"));
    }

    [Fact]
    public async Task Get_MoreThanFit_TheLeastRecentlyUsedLeaves()
    {
        VerdictCache<string> cache = Create(new VerdictCacheOptions { EntriesMax = 2 });
        await GetAsync(cache, KeyA, "a");
        await GetAsync(cache, KeyB, "b");
        await GetAsync(cache, KeyA, "not scanned");
        await GetAsync(cache, KeyC, "c");
        Assert.Equal(2, _meter.LevelOf("entries"));
        Assert.Equal("a", await GetAsync(cache, KeyA, "not scanned"));
        Assert.Equal("b again", await GetAsync(cache, KeyB, "b again"));
    }

    [Fact]
    public async Task Get_WithoutEntries_KeepsNothingAndStillShares()
    {
        VerdictCache<string> cache = Create(new VerdictCacheOptions { EntriesMax = 0 });
        TaskCompletionSource<ScanAnswer<string>> slow = new();
        Task<string> first = GetAsync(cache, KeyA, slow.Task), second = GetAsync(cache, KeyA, slow.Task);
        slow.SetResult(new ScanAnswer<string>("clean", IsDeterministic: true));
        await Task.WhenAll(first, second);
        Assert.Equal(1, _scans);

        Assert.Equal("again", await GetAsync(cache, KeyA, "again"));
    }

    [Fact]
    public async Task Get_Known_AllocatesNothing()
    {
        VerdictCache<string> cache = new(new VerdictCacheOptions(), _time, FilterMeter.None);
        await GetAsync(cache, KeyA, "clean");
        for (int i = 0; i < 100; i++)
        {
            await HitAsync(cache);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            await HitAsync(cache);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static ValueTask<string> HitAsync(VerdictCache<string> cache) =>
            cache.GetAsync(KeyA, 0, static (_, _) => throw new InvalidOperationException("scanned again"), CancellationToken.None);
    }

    private VerdictCache<string> Create(VerdictCacheOptions? options = null) => new(options ?? new VerdictCacheOptions(), _time, _meter);

    private Task<string> GetAsync(VerdictCache<string> cache, Digest256 key, string finding) =>
        GetAsync(cache, key, Task.FromResult(new ScanAnswer<string>(finding, IsDeterministic: true)));

    private Task<string> GetAsync(VerdictCache<string> cache, Digest256 key, Task<ScanAnswer<string>> scan, CancellationToken cancellationToken = default) => cache.GetAsync(
        key,
        scan,
        (answer, token) =>
        {
            Interlocked.Increment(ref _scans);
            return new ValueTask<ScanAnswer<string>>(answer.WaitAsync(token));
        },
        cancellationToken).AsTask();
}
