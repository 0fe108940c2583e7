using System.Threading.Tasks.Sources;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>
/// Says to one waiter that a socket may be ready. It remembers one signal, which the next wait takes; a signal for nothing is allowed, so whoever waits looks again.
/// The waiter goes on on the thread pool, never on the thread that signals. Allocates nothing.
/// </summary>
internal sealed class ReadySignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>Whether a wait would end at once.</summary>
    public bool IsReady => Volatile.Read(ref _state) == Ready;

    /// <summary>Ends the wait, or the next one. From any thread.</summary>
    public void Set()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            int next = state == Waiting ? Idle : Ready;
            if (state == Ready || Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                if (state == Waiting)
                {
                    _core.SetResult(true);
                }

                return;
            }
        }
    }

    /// <summary>Takes the signal when there is one.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Idle, Ready) == Ready;

    /// <summary>Waits for the next signal, and takes it. One at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (TryTake())
        {
            return default;
        }

        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _core.Version);
        }

        // It was signalled since.
        TryTake();
        return default;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
