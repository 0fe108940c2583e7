using System.Collections.Concurrent;
using EdgeSmtp.Toolkit.Threads;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class BlockingWorkersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentBag<Blocker> _made = [];

    [Fact]
    public async Task Ask_Worker_AnswersOnAThreadOfItsOwn()
    {
        await using BlockingWorkers<int, int> workers = Make(4);
        Assert.Equal(0, workers.Threads);
        Assert.Equal(14, await workers.AskAsync(7, default));
        Assert.Equal(1, workers.Threads);
        Blocker worker = Assert.Single(_made);
        Assert.Equal("blocking", worker.Thread!.Name);
        Assert.False(worker.Thread.IsThreadPoolThread);
    }

    [Fact]
    public async Task Ask_WhileAllThreadsBlock_WaitsForOne()
    {
        await using BlockingWorkers<int, int> workers = Make(2);
        Task<int>[] asked = [.. Enumerable.Range(-5, 5).Select(question => workers.AskAsync(question, default).AsTask())];
        await UntilAsync(() => _made.Count == 2 && _made.All(static worker => worker.IsBlocked));
        Assert.Equal(2, workers.Threads);
        Assert.Equal(3, workers.Waiting);
        Release(5);
        Assert.Equal(Enumerable.Range(-5, 5).Select(static question => question * 2), await Task.WhenAll(asked));
        Assert.Equal(2, workers.Threads);
    }

    [Fact]
    public async Task Ask_ThousandsAtOnce_AreAllAnswered()
    {
        await using BlockingWorkers<int, int> workers = Make(3);
        int[] answers = await Task.WhenAll(Enumerable.Range(1, 5_000).Select(question => workers.AskAsync(question, default).AsTask()));
        Assert.Equal(Enumerable.Range(1, 5_000).Select(static question => question * 2), answers);
        Assert.InRange(workers.Threads, 1, 3);
    }

    [Fact]
    public async Task Ask_WorkerThrows_IsThrownHereAndTheThreadGoesOn()
    {
        await using BlockingWorkers<int, int> workers = Make(1);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await workers.AskAsync(0, default));
        Assert.Equal(2, await workers.AskAsync(1, default));
        Assert.Single(_made);
    }

    [Fact]
    public async Task Ask_WorkerCannotBeMade_IsThrownHereUntilItCan()
    {
        int tries = 0;
        await using BlockingWorkers<int, int> workers = new("blocking", 1, _time, () => ++tries == 1 ? throw new IOException("no") : new Blocker());
        await Assert.ThrowsAsync<IOException>(async () => await workers.AskAsync(1, default));
        Assert.Equal(2, await workers.AskAsync(1, default));
    }

    [Fact]
    public async Task Ask_CallerLeaves_IsGoneAtOnceAndFromTheQueue()
    {
        await using BlockingWorkers<int, int> workers = Make(1);
        using CancellationTokenSource leaving = new();
        Task<int> taken = workers.AskAsync(-1, leaving.Token).AsTask();
        await UntilAsync(() => _made.Any(static worker => worker.IsBlocked));
        Task<int> queued = workers.AskAsync(-2, leaving.Token).AsTask();
        Task<int> staying = workers.AskAsync(-3, default).AsTask();
        Assert.Equal(2, workers.Waiting);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        Assert.Equal(1, workers.Waiting);
        Assert.True(Assert.Single(_made).Given.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await workers.AskAsync(1, leaving.Token));
        Release(2);
        Assert.Equal(-6, await staying);
        Assert.DoesNotContain(-2, Assert.Single(_made).Seen);
    }

    [Fact]
    public async Task Dispose_WhileBusy_TellsTheWorkerAndWaitsForIt()
    {
        BlockingWorkers<int, int> workers = Make(1);
        Task<int> taken = workers.AskAsync(-1, default).AsTask();
        await UntilAsync(() => _made.Any(static worker => worker.IsBlocked));
        Task<int> queued = workers.AskAsync(-2, default).AsTask();
        Task stopping = workers.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queued);
        Blocker worker = Assert.Single(_made);
        await UntilAsync(() => worker.Given.IsCancellationRequested);
        Assert.False(stopping.IsCompleted);
        Release(1);
        Assert.Equal(-2, await taken);
        await stopping;
        Assert.True(worker.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await workers.AskAsync(1, default));
        await workers.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_ThreadThatNeverReturns_IsLeftBehind()
    {
        BlockingWorkers<int, int> workers = Make(1);
        _ = workers.AskAsync(-1, default).AsTask();
        await UntilAsync(() => _made.Any(static worker => worker.IsBlocked));
        Task stopping = workers.DisposeAsync().AsTask();
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });
        await stopping;
        Release(1);
        await UntilAsync(() => Assert.Single(_made).IsDisposed);
    }

    [Fact]
    public async Task Dispose_Unused_EndsAtOnce()
    {
        BlockingWorkers<int, int> workers = Make(1);
        await workers.DisposeAsync();
        Assert.Empty(_made);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 3_000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.True(condition());
    }

    private BlockingWorkers<int, int> Make(int threads) => new("blocking", threads, _time, () =>
    {
        Blocker worker = new();
        _made.Add(worker);
        return worker;
    });

    private void Release(int calls)
    {
        foreach (Blocker worker in _made)
        {
            worker.Release(calls);
        }
    }

    // Doubles numbers: a negative one only when it is released, and never zero.
    private sealed class Blocker : IBlockingWorker<int, int>
    {
        private readonly SemaphoreSlim _released = new(0);

        public Thread? Thread { get; private set; }

        public ConcurrentQueue<int> Seen { get; } = [];

        public CancellationToken Given { get; private set; }

        public volatile bool IsBlocked;

        public volatile bool IsDisposed;

        public void Release(int calls) => _released.Release(calls);

        public int Answer(int question, CancellationToken cancellationToken)
        {
            Assert.True(Thread is null || Thread == Thread.CurrentThread);
            Thread = Thread.CurrentThread;
            Given = cancellationToken;
            Seen.Enqueue(question);
            if (question == 0)
            {
                throw new InvalidOperationException("zero");
            }

            if (question < 0)
            {
                IsBlocked = true;
                _released.Wait(CancellationToken.None);
                IsBlocked = false;
            }

            return question * 2;
        }

        public void Dispose()
        {
            Assert.Equal(Thread, Thread.CurrentThread);
            IsDisposed = true;
        }
    }
}
