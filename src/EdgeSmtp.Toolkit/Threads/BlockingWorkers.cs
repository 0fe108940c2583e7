namespace EdgeSmtp.Toolkit.Threads;

/// <summary>
/// A bounded number of threads for libraries that can only block, so that they never hold threads of the pool. Threads start as they are needed and stay.
/// </summary>
/// <remarks>
/// Thread-safe. Whoever stops waiting is gone at once: a question that no thread has taken yet leaves the queue, one that a thread works on is left to that thread.
/// So the queue is never longer than the number of callers that wait.
/// </remarks>
/// <typeparam name="TQuestion">What is asked.</typeparam>
/// <typeparam name="TAnswer">What is answered.</typeparam>
public sealed class BlockingWorkers<TQuestion, TAnswer> : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly LinkedList<BlockingCall<TQuestion, TAnswer>> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _name;
    private readonly int _threadsMax;
    private readonly TimeProvider _time;
    private readonly Func<IBlockingWorker<TQuestion, TAnswer>> _create;
    private int _threads;
    private int _idle;
    private bool _stopped;

    /// <summary>Makes the pool. No thread starts before the first question.</summary>
    /// <param name="name">Name of the threads, for tools that show them.</param>
    /// <param name="threadsMax">Threads at most, at least 1.</param>
    /// <param name="time">The clock.</param>
    /// <param name="create">Makes the worker of a thread, on that thread.</param>
    public BlockingWorkers(string name, int threadsMax, TimeProvider time, Func<IBlockingWorker<TQuestion, TAnswer>> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(threadsMax, 1);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(create);
        _name = name;
        _threadsMax = threadsMax;
        _time = time;
        _create = create;
    }

    /// <summary>Threads that run now.</summary>
    public int Threads
    {
        get
        {
            lock (_gate)
            {
                return _threads;
            }
        }
    }

    /// <summary>Questions that no thread has taken yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Has a thread answer. What the worker throws is thrown here.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="ObjectDisposedException">The pool has been stopped.</exception>
    public async ValueTask<TAnswer> AskAsync(TQuestion question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BlockingCall<TQuestion, TAnswer> call = new(question, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _waiting.AddLast(call.Node);
            if (_idle >= _waiting.Count)
            {
                Monitor.Pulse(_gate);
            }
            else if (_threads < _threadsMax)
            {
                _threads++;
                new Thread(Work) { IsBackground = true, Name = _name }.Start();
            }
        }

        using (cancellationToken.UnsafeRegister(static (state, _) => ((Abandoned)state!).Do(), new Abandoned(this, call)))
        {
            return await call.Answered.ConfigureAwait(false);
        }
    }

    /// <summary>Answers nobody any more, and waits a few seconds for threads that are busy. One that a library never gives back ends with the process.</summary>
    public async ValueTask DisposeAsync()
    {
        BlockingCall<TQuestion, TAnswer>[] left;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            left = [.. _waiting];
            _waiting.Clear();
            if (_threads == 0)
            {
                _ended.TrySetResult();
            }

            Monitor.PulseAll(_gate);
        }

        foreach (BlockingCall<TQuestion, TAnswer> call in left)
        {
            call.Fail(new ObjectDisposedException(_name));
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _ended.Task.WaitAsync(StopLimit, _time).ConfigureAwait(false);
            _stopping.Dispose();
        }
        catch (TimeoutException)
        {
            // The thread that is left still reads the token.
        }
    }

    private void Work()
    {
        IBlockingWorker<TQuestion, TAnswer>? worker = null;
        try
        {
            while (Take() is { } call)
            {
                Answer(ref worker, call);
            }
        }
        finally
        {
            try
            {
                worker?.Dispose();
            }
            finally
            {
                Leave();
            }
        }
    }

    private void Answer(ref IBlockingWorker<TQuestion, TAnswer>? worker, BlockingCall<TQuestion, TAnswer> call)
    {
        try
        {
            worker ??= _create();
            using CancellationTokenSource given = CancellationTokenSource.CreateLinkedTokenSource(call.Token, _stopping.Token);
            call.Succeed(worker.Answer(call.Question, given.Token));
        }
        catch (Exception error)
        {
            call.Fail(error);
        }
    }

    private BlockingCall<TQuestion, TAnswer>? Take()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (_waiting.First is { } first)
                {
                    _waiting.RemoveFirst();
                    return first.Value;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return null;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_threads == 0 && _stopped)
            {
                _ended.TrySetResult();
            }
        }
    }

    private sealed record Abandoned(BlockingWorkers<TQuestion, TAnswer> Pool, BlockingCall<TQuestion, TAnswer> Call)
    {
        public void Do()
        {
            lock (Pool._gate)
            {
                if (Call.Node.List is not null)
                {
                    Pool._waiting.Remove(Call.Node);
                }
            }

            Call.Cancel();
        }
    }
}
