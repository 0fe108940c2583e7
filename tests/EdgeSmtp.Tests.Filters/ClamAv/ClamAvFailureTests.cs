using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Filters.ClamAv.Clamd;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>Scanners that are dead, silent or slow: others are asked, and a message that is slow makes no healthy scanner look dead.</summary>
public sealed class ClamAvFailureTests : ClamAvTest
{
    [Fact]
    public async Task FirstIsDead_TheSecondDecides()
    {
        FakeClamd dead = NewClamd(), alive = NewClamd();
        alive.Says("fd[11]: Eicar FOUND\0");
        FilterHarness harness = Create(Options(dead, alive));
        await dead.DisposeAsync();
        Assert.Same(ClamAvFilter.Virus, (await ScanAsync(harness)).Reason);
    }

    [Fact]
    public async Task FirstReportsAnError_TheSecondDecides()
    {
        FakeClamd first = NewClamd(), second = NewClamd();
        first.Says("fd[11]: Can't open file or directory ERROR\0");
        second.Says("fd[11]: Eicar FOUND\0");
        Assert.Same(ClamAvFilter.Virus, (await ScanAsync(Create(Options(first, second)))).Reason);
    }

    [Fact]
    public async Task NobodyCanSay_TheLogNamesEach()
    {
        FakeClamd first = NewClamd(), second = NewClamd();
        first.Says("fd[11]: Can't open file or directory ERROR\0");
        second.Says(string.Empty);
        Verdict verdict = await ScanAsync(Create(Options(first, second)));
        Assert.Same(ClamAvFilter.FailedDeferred, verdict.Reason);
        Assert.Contains($"unix:{first.Address}: fd[11]: Can't open file", verdict.Detail, StringComparison.Ordinal);
        Assert.Contains($"unix:{second.Address}: ", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_SharesTheWork()
    {
        FakeClamd first = NewClamd(), second = NewClamd();
        FilterHarness harness = Create(Options(first, second) with { Rotate = true });
        for (int i = 0; i < 10; i++)
        {
            await ScanAsync(harness, $"Subject: {i}\r\n\r\n");
        }

        Assert.Equal((5, 5), (first.Scans, second.Scans));
    }

    [Fact]
    public async Task FirstIsFrozen_IsNoticedLongBeforeTheTimeForAScan()
    {
        FakeClamd frozen = NewClamd(), alive = NewClamd();
        FilterHarness harness = Create(Options(frozen, alive) with { BreakerFailures = 3 });
        await ScanAsync(harness, "Subject: before\r\n\r\n");
        frozen.Says(null);
        frozen.AnswersPing = false;
        for (int i = 0; i < 3; i++)
        {
            long began = harness.Time.GetTimestamp();
            Assert.Null((await PassTimeAsync(harness, ScanAsync(harness, $"Subject: {i}\r\n\r\n"))).Reason);
            Assert.InRange(harness.Time.GetElapsedTime(began), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        }

        // By now nobody waits for it any more.
        int asked = frozen.Scans;
        Assert.Null((await ScanAsync(harness, "Subject: after\r\n\r\n")).Reason);
        Assert.Equal(asked, frozen.Scans);
    }

    [Fact]
    public async Task SlowMessages_AreDeferredAndMakeNobodyLookDead()
    {
        FilterHarness harness = Create(Options() with { BreakerFailures = 2 });
        ConcurrentBag<string> slow = [];
        Clamd.Says(null);
        for (int i = 0; i < 5; i++)
        {
            Verdict verdict = await PassTimeAsync(harness, ScanAsync(harness, $"Subject: {i}\r\n\r\n"));
            Assert.Same(ClamAvFilter.FailedDeferred, verdict.Reason);
            slow.Add(verdict.Detail!);
        }

        Assert.All(slow, static detail => Assert.Contains("did not end its scan in time", detail, StringComparison.Ordinal));
        Clamd.Says("fd[11]: OK\0");
        Assert.Null((await ScanAsync(harness, "Subject: quick\r\n\r\n")).Reason);
    }

    [Fact]
    public async Task MessagesThatItCannotRead_MakeNobodyLookDead()
    {
        FilterHarness harness = Create(Options() with { BreakerFailures = 2 });
        Clamd.Says("fd[11]: Malformed ERROR\0");
        for (int i = 0; i < 5; i++)
        {
            await ScanAsync(harness, $"Subject: {i}\r\n\r\n");
        }

        Clamd.Says("fd[11]: OK\0");
        Assert.Null((await ScanAsync(harness, "Subject: good\r\n\r\n")).Reason);
    }

    [Fact]
    public async Task MoreThanMayWait_AreDeferredAtOnce()
    {
        FilterHarness harness = Create(Options() with { ConcurrencyMax = 1, WaitingMax = 0 });
        await ScanAsync(harness, "Subject: before\r\n\r\n");
        TaskCompletionSource<string?> slow = new();
        Clamd.Answer = _ => slow.Task;
        Task<Verdict> first = ScanAsync(harness, "Subject: first\r\n\r\n");
        harness.NextSession();
        Assert.Same(ClamAvFilter.FailedDeferred, (await ScanAsync(harness, "Subject: second\r\n\r\n")).Reason);
        slow.SetResult("fd[11]: OK\0");
        Assert.Null((await first).Reason);
    }

    [Theory]
    [InlineData(ClamdMethod.Descriptor)]
    [InlineData(ClamdMethod.Path)]
    [InlineData(ClamdMethod.Stream)]
    public async Task ClientLeaves_TheScanEndsWithItsMessage(ClamdMethod method)
    {
        FilterHarness harness = Create(Options() with { Method = method });
        await ScanAsync(harness, "Subject: before\r\n\r\n");
        TaskCompletionSource asked = new();
        Clamd.Answer = _ =>
        {
            asked.TrySetResult();
            return Task.FromResult<string?>(null);
        };
        using CancellationTokenSource gone = new();
        Task<Verdict> pending = ScanAsync(harness, cancellationToken: gone.Token);
        await asked.Task;
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_000)]
    [InlineData(65_536)]
    [InlineData(300_000)]
    public async Task Stream_AnySizeInAnyBlocks_ArrivesWhole(int bytes)
    {
        byte[] seen = [];
        Clamd.Answer = content =>
        {
            seen = content;
            return Task.FromResult<string?>("stream: OK\0");
        };
        string message = Message + new string('x', bytes);
        FilterHarness harness = Create(Options() with { Method = ClamdMethod.Stream });
        harness.ChunkBytes = 4096;
        Assert.Null((await ScanAsync(harness, message)).Reason);
        Assert.Equal(message, System.Text.Encoding.ASCII.GetString(seen));
    }
}
