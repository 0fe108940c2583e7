using System.Threading.Tasks.Sources;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>
/// The token of one call and, if the call waits, its deadline. Costs nothing while the filter does not wait: no timer is armed and nothing is registered.
/// </summary>
/// <remarks>
/// Pooled. An object whose token ever fired is not used again: somebody may be inside the callback that fired it, and would cancel the next user's call.
/// </remarks>
internal abstract class CallWatch : IValueTaskSource<bool>, IDisposable
{
    /// <summary>How long a cancelled filter may take to notice, before it is left behind as stuck.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Action _ended;
    private readonly CancellationTokenSource _source = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;
    private CallPhase _phase;
    private long _phaseSince;
    private TimeSpan _phaseLength;

    protected CallWatch(TimeProvider time)
    {
        Time = time;
        _ended = OnEnded;
    }

    /// <summary>Fires at the deadline, when the session is given up, or when a group is decided without the call.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>When the filter ended, whatever happened to the wait since.</summary>
    public long EndedAt { get; protected set; }

    protected TimeProvider Time { get; }

    /// <summary>What the call returned, if it waits.</summary>
    protected Task? Pending { get; private set; }

    /// <summary>Who cancelled it, if anybody did.</summary>
    protected StopCause Cause { get; private set; }

    /// <summary>Waits for the end of the call, or for the end of its grace.</summary>
    /// <returns><c>false</c> when the filter had to be left behind.</returns>
    public ValueTask<bool> WaitAsync() => new(this, _wait.Version);

    /// <summary>Cancels a call that still runs.</summary>
    public void Cancel(StopCause cause)
    {
        lock (_gate)
        {
            if (_phase != CallPhase.Waiting)
            {
                return;
            }

            Cause = cause;
            Enter(CallPhase.Cancelling, Grace);
        }

        FireToken();
    }

    /// <summary>Makes the object as new.</summary>
    /// <returns>Whether it may be used again.</returns>
    public virtual bool TryReset()
    {
        bool isClean = Cause == StopCause.None && _phase is CallPhase.Idle or CallPhase.Finished;
        if (_phase != CallPhase.Idle)
        {
            // False means that the callback ran or runs; only a token that can never fire has nothing to take back.
            isClean &= _registration == default || _registration.Unregister();
            _registration = default;
            lock (_gate)
            {
                isClean &= Cause == StopCause.None;
                _phase = isClean ? CallPhase.Idle : _phase;
                _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            Pending = isClean ? null : Pending;
            _wait.Reset();
        }

        return isClean && _source.TryReset();
    }

    /// <summary>Stops the timer. The token source is left to the garbage collector: a filter that was left behind still holds its token.</summary>
    public void Dispose() => _timer?.Dispose();

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    /// <summary>Begins to watch a call that waits.</summary>
    protected void Arm(Task pending, TimeSpan timeout, CancellationToken aborted)
    {
        Pending = pending;
        _timer ??= MakeTimer();
        lock (_gate)
        {
            Enter(CallPhase.Waiting, timeout);
        }

        _registration = aborted.UnsafeRegister(static watch => ((CallWatch)watch!).Cancel(StopCause.Aborted), this);
        pending.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_ended);
    }

    /// <summary>A filter that was left behind has ended after all.</summary>
    protected abstract void OnEndedLate();

    private ITimer MakeTimer()
    {
        // The object outlives the session that makes it, and must not keep that session's ambient state.
        using (ExecutionContext.SuppressFlow())
        {
            return Time.CreateTimer(static watch => ((CallWatch)watch!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Enter(CallPhase phase, TimeSpan length)
    {
        _phase = phase;
        _phaseSince = Time.GetTimestamp();
        _phaseLength = length;
        _timer!.Change(length, Timeout.InfiniteTimeSpan);
    }

    private void OnEnded()
    {
        EndedAt = Time.GetTimestamp();
        bool isLate;
        lock (_gate)
        {
            isLate = _phase == CallPhase.Abandoned;
            if (!isLate)
            {
                _phase = CallPhase.Finished;
            }
        }

        if (isLate)
        {
            OnEndedLate();
        }
        else
        {
            // The continuation runs here and may hand this object to the next session: nothing may follow.
            _wait.SetResult(true);
        }
    }

    private void OnTimer()
    {
        bool fire = false;
        lock (_gate)
        {
            if (_phase is not (CallPhase.Waiting or CallPhase.Cancelling))
            {
                return;
            }

            TimeSpan left = _phaseLength - Time.GetElapsedTime(_phaseSince);
            if (left > TimeSpan.Zero)
            {
                // An early or stale tick, such as one meant for the previous call.
                _timer!.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
                return;
            }

            if (_phase == CallPhase.Waiting)
            {
                Cause = StopCause.Deadline;
                Enter(CallPhase.Cancelling, Grace);
                fire = true;
            }
            else
            {
                _phase = CallPhase.Abandoned;
            }
        }

        if (fire)
        {
            FireToken();
        }
        else
        {
            _wait.SetResult(false);
        }
    }

    private void FireToken()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException)
        {
            // A callback that the filter registered threw. The call itself tells how the filter fares.
        }
    }
}
