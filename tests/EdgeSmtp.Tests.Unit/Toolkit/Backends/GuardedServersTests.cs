using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Backends;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Backends;

public sealed class GuardedServersTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly HarnessContext _context;
    private readonly List<string> _asked = [];

    public GuardedServersTests() => _context = new HarnessContext("test", FakeDns.Empty, _time, new());

    public void Dispose() => _context.Dispose();

    [Fact]
    public async Task Call_GoesToTheFirstOfThoseWithNothingToDo()
    {
        using GuardedServers<string> servers = Servers();
        Assert.Equal("a", (await AskAsync(servers)).Answer);
        Assert.Equal("a", (await AskAsync(servers)).Answer);
        Assert.Equal(["a", "a"], _asked);
    }

    [Fact]
    public async Task Call_GoesToTheOneWithTheFewestCalls()
    {
        using GuardedServers<string> servers = Servers();
        TaskCompletionSource<string> slow = new();
        Task<GuardResult<string>> first = AskAsync(servers, (_, _) => slow.Task);
        Assert.Equal("b", (await AskAsync(servers)).Answer);
        slow.SetResult("late");
        Assert.Equal("late", (await first).Answer);
        Assert.Equal("a", (await AskAsync(servers)).Answer);
    }

    [Fact]
    public async Task Call_ThatFails_GoesToTheNext()
    {
        using GuardedServers<string> servers = Servers();
        GuardResult<string> result = await AskAsync(servers, static (server, _) => server == "a" ? throw new IOException("gone") : Task.FromResult(server));
        Assert.Equal((GuardOutcome.Answered, "b"), (result.Outcome, result.Answer));
    }

    [Fact]
    public async Task Call_ThatFailsEverywhere_SaysWhyTheFirstDid()
    {
        using GuardedServers<string> servers = Servers();
        GuardResult<string> result = await AskAsync(servers, static (server, _) => throw new IOException($"{server} is gone"));
        Assert.Equal(GuardOutcome.Failed, result.Outcome);
        Assert.Contains("a is gone", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithOneDeadAndOneFullServer_IsBusy()
    {
        using GuardedServers<string> servers = Servers(concurrencyMax: 1);
        TaskCompletionSource<string> slow = new();
        Task<GuardResult<string>> first = AskAsync(servers, (server, _) => server == "a" ? throw new IOException("gone") : slow.Task);
        GuardResult<string> result = await AskAsync(servers, static (_, _) => throw new IOException("gone"));
        Assert.Equal(GuardOutcome.Busy, result.Outcome);
        slow.SetResult("b");
        await first;
    }

    [Fact]
    public async Task Call_AtItsDeadline_HasEndedBeforeTheNextBegins()
    {
        using GuardedServers<string> servers = Servers();
        int running = 0;
        int most = 0;
        TaskCompletionSource lazy = new();
        Task<GuardResult<string>> pending = AskAsync(servers, async (server, token) =>
        {
            most = Math.Max(most, ++running);
            if (server == "a")
            {
                // It notices its deadline, but not at once.
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                await lazy.Task;
            }

            running--;
            return server;
        });
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(pending.IsCompleted);
        lazy.SetResult();
        Assert.Equal("b", (await pending).Answer);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Call_GivenUp_HasEndedWhenItThrows()
    {
        using GuardedServers<string> servers = Servers();
        using CancellationTokenSource source = new();
        TaskCompletionSource<string> lazy = new();
        Task<GuardResult<string>> pending = servers.RunAsync(lazy, static (_, state, _) => new ValueTask<string>(state.Task), static _ => null, source.Token).AsTask();
        await source.CancelAsync();
        Assert.False(pending.IsCompleted);
        lazy.SetResult("too late");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Servers_AtUnderAndOverTheirNumber(int count, bool isTaken)
    {
        KeyValuePair<string, string>[] servers = [.. Enumerable.Range(0, count).Select(static i => KeyValuePair.Create($"s{i}", $"s{i}"))];
        Exception? error = Record.Exception(() => new GuardedServers<string>(servers, Limits(1), _context).Dispose());
        Assert.Equal(isTaken, error is null);
    }

    private static BackendGuardOptions Limits(int concurrencyMax) => new(TimeSpan.FromSeconds(5), concurrencyMax, 0, 5, TimeSpan.FromSeconds(10));

    private GuardedServers<string> Servers(int concurrencyMax = 4) => new([new("a", "a"), new("b", "b")], Limits(concurrencyMax), _context);

    private Task<GuardResult<string>> AskAsync(GuardedServers<string> servers, Func<string, CancellationToken, Task<string>>? call = null) => servers.RunAsync(
        (Asked: _asked, Call: call),
        static async (server, state, token) =>
        {
            state.Asked.Add(server);
            return state.Call is null ? server : await state.Call(server, token);
        },
        static _ => null,
        CancellationToken.None).AsTask();
}
