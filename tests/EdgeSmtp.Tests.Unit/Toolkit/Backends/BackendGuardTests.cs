using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Backends;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Backends;

public sealed class BackendGuardTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingMeter _meter = new();
    private readonly LogRecorder _log = new();
    private readonly BackendGuard _guard;

    public BackendGuardTests() =>
        _guard = new BackendGuard("corp", new BackendGuardOptions(Timeout, ConcurrencyMax: 2, WaitingMax: 1, BreakerFailures: 3, Pause), _time, _meter, _log);

    public void Dispose() => _guard.Dispose();

    [Fact]
    public async Task Run_BackendAnswers_GivesItsAnswer()
    {
        GuardResult<string> result = await RunAsync(static _ => ValueTask.FromResult("yes"));

        Assert.Equal(new GuardResult<string>(GuardOutcome.Answered, "yes", null), result);
        Assert.Equal(1, _meter.CountOf("answered"));
        Assert.Equal(1, _meter.Calls);
        Assert.Equal(0, _meter.LevelOf("in-flight"));
        Assert.Equal(0, _meter.LevelOf("breaker-open"));
    }

    [Fact]
    public async Task Run_BackendThrows_IsAFailureWithItsReason()
    {
        GuardResult<string> result = await RunAsync(static _ => throw new InvalidOperationException("no route"));
        Assert.Equal(GuardOutcome.Failed, result.Outcome);
        Assert.Contains("no route", result.Detail, StringComparison.Ordinal);

        result = await RunAsync(static async _ =>
        {
            await Task.Yield();
            throw new IOException("reset");
        });
        Assert.Equal(GuardOutcome.Failed, result.Outcome);
        Assert.Equal(2, _meter.CountOf("failed"));
    }

    [Fact]
    public async Task Run_BackendSaysItCannot_IsAFailureToo()
    {
        GuardResult<string> result = await RunAsync(static _ => ValueTask.FromResult("fail: busy"));
        Assert.Equal((GuardOutcome.Failed, "fail: busy"), (result.Outcome, result.Detail));
    }

    [Fact]
    public async Task Run_NoAnswerInTime_EndsAndCancelsTheCall()
    {
        CancellationToken given = default;
        Task<GuardResult<string>> pending = RunAsync(async token =>
        {
            given = token;
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, _time, token);
            return "late";
        }).AsTask();
        _time.Advance(Timeout - TimeSpan.FromTicks(1));
        Assert.False(pending.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(GuardOutcome.TimedOut, (await pending).Outcome);
        Assert.True(given.IsCancellationRequested);
        Assert.Equal(1, _meter.CountOf("timed-out"));
    }

    [Fact]
    public async Task Run_CallIgnoresItsDeadline_IsLeftBehindAndKeepsItsPlace()
    {
        TaskCompletionSource<string> stuck = new();
        Task<GuardResult<string>> first = RunAsync(_ => new ValueTask<string>(stuck.Task)).AsTask();
        Task<GuardResult<string>> second = RunAsync(_ => new ValueTask<string>(stuck.Task)).AsTask();
        _time.Advance(Timeout);
        Assert.Equal(GuardOutcome.TimedOut, (await first).Outcome);
        Assert.Equal(GuardOutcome.TimedOut, (await second).Outcome);
        Assert.Equal(2, _meter.LevelOf("in-flight"));

        Task<GuardResult<string>> third = RunAsync(static _ => ValueTask.FromResult("yes")).AsTask();
        Assert.False(third.IsCompleted);
        stuck.SetResult("at last");

        Assert.Equal(GuardOutcome.Answered, (await third).Outcome);
        Assert.Equal(0, _meter.LevelOf("in-flight"));
    }

    [Fact]
    public async Task Run_MoreThanMayWait_AreTurnedAwayAtOnce()
    {
        TaskCompletionSource<string> slow = new();
        Task<GuardResult<string>>[] calls = [.. Enumerable.Range(0, 3).Select(_ => RunAsync(_ => new ValueTask<string>(slow.Task)).AsTask())];

        GuardResult<string> fourth = await RunAsync(static _ => ValueTask.FromResult("yes"));
        Assert.Equal(GuardOutcome.Busy, fourth.Outcome);
        Assert.Equal(1, _meter.CountOf("not-asked-busy"));

        slow.SetResult("done");
        Assert.All(await Task.WhenAll(calls), static result => Assert.Equal(GuardOutcome.Answered, result.Outcome));
        Assert.Equal(GuardOutcome.Answered, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);
    }

    [Fact]
    public async Task Run_NoPlaceWithinTheDeadline_IsBusyAndNoFailureOfTheBackend()
    {
        TaskCompletionSource<string> slow = new();
        _ = RunAsync(_ => new ValueTask<string>(slow.Task)).AsTask();
        _ = RunAsync(_ => new ValueTask<string>(slow.Task)).AsTask();
        Task<GuardResult<string>> waiting = RunAsync(static _ => ValueTask.FromResult("yes")).AsTask();
        _time.Advance(Timeout);

        Assert.Equal(GuardOutcome.Busy, (await waiting).Outcome);
        slow.SetResult("done");
    }

    [Fact]
    public async Task Run_FailuresInARow_OpenTheBreakerOnceAndLoudly()
    {
        await FailAsync(2);
        Assert.Equal(GuardOutcome.Answered, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);
        await FailAsync(2);
        Assert.Empty(_log.Lines);
        await FailAsync(1);

        bool asked = false;
        GuardResult<string> refused = await RunAsync(_ =>
        {
            asked = true;
            return ValueTask.FromResult("yes");
        });

        Assert.Equal(GuardOutcome.Open, refused.Outcome);
        Assert.False(asked);
        Assert.Equal(1, _meter.LevelOf("breaker-open"));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Run_PauseIsOver_OneCallTriesAndClosesTheBreaker()
    {
        await FailAsync(3);
        _time.Advance(Pause);
        TaskCompletionSource<string> trial = new();
        Task<GuardResult<string>> trying = RunAsync(_ => new ValueTask<string>(trial.Task)).AsTask();
        Assert.Equal(GuardOutcome.Open, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);

        trial.SetResult("yes");

        Assert.Equal(GuardOutcome.Answered, (await trying).Outcome);
        Assert.Equal(GuardOutcome.Answered, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);
        Assert.Equal(0, _meter.LevelOf("breaker-open"));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task Run_TheTrialFails_TheBreakerWaitsAgain()
    {
        await FailAsync(3);
        _time.Advance(Pause);
        await FailAsync(1);
        _time.Advance(Pause - TimeSpan.FromTicks(1));
        Assert.Equal(GuardOutcome.Open, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(GuardOutcome.Answered, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task Run_CallerGivesUp_ThrowsAndSaysNothingOfTheBackend()
    {
        using CancellationTokenSource source = new();
        for (int i = 0; i < 5; i++)
        {
            Task<GuardResult<string>> pending = _guard.RunAsync(
                _time,
                static async (time, token) =>
                {
                    await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, time, token);
                    return "late";
                },
                static _ => null,
                source.Token).AsTask();
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        }

        Assert.Equal(GuardOutcome.Answered, (await RunAsync(static _ => ValueTask.FromResult("yes"))).Outcome);
        Assert.Equal(0, _meter.CountOf("timed-out"));
    }

    private ValueTask<GuardResult<string>> RunAsync(Func<CancellationToken, ValueTask<string>> call) => _guard.RunAsync(
        call,
        static (call, token) => call(token),
        static answer => answer.StartsWith("fail", StringComparison.Ordinal) ? answer : null,
        CancellationToken.None);

    private async Task FailAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.Equal(GuardOutcome.Failed, (await RunAsync(static _ => ValueTask.FromResult("fail"))).Outcome);
        }
    }
}
