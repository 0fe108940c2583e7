using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>
/// Bounds the threads that one filter can hold. A call that awaits gives its thread back; one that blocks keeps it, and enough of them would leave no thread for anybody's
/// session. So only a few may be inside the filter's own code at a time, before it returns or awaits; the others wait for a place without a thread, within the same deadline.
/// What a filter does after an await is not seen from here: against that stands <see cref="DriverOptions.CallsMax"/>, a bound of whole calls.
/// </summary>
internal sealed class CallGate : IDisposable
{
    /// <summary>More than can run at a time, so that who does not block never waits for long.</summary>
    public static readonly int PlacesMax = Environment.ProcessorCount + 4;

    /// <summary>How long a call may hold its thread before it counts as blocking.</summary>
    public static readonly TimeSpan BlockingAfter = TimeSpan.FromMilliseconds(100);

    private const long Free = 0;

    private readonly SemaphoreSlim _free = new(PlacesMax, PlacesMax);
    private readonly SemaphoreSlim? _calls;
    private readonly long[] _since = new long[PlacesMax];
    private readonly TimeProvider _time;
    private readonly GaugeHandle _blocking;
    private int _reported;

    public CallGate(string filter, int? callsMax, TimeProvider time, IMetrics metrics)
    {
        Filter = filter;
        _calls = callsMax is { } max ? new SemaphoreSlim(max, max) : null;
        _time = time;
        _blocking = metrics.Gauge(FilterMetrics.Blocking, filter);
        _blocking.Add(0);
    }

    /// <summary>Name of the filter instance.</summary>
    public string Filter { get; }

    /// <summary>Whether the filter was disposed. It may still be held by calls that do not return.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Takes a place if one is free. If not, and where whole calls are bounded, <see cref="InTurnAsync"/> is the way.</summary>
    /// <param name="now">When the call began.</param>
    /// <param name="place">The place, for <see cref="Leave"/>.</param>
    public bool TryEnter(long now, out int place)
    {
        place = -1;
        if (_calls is not null || !_free.Wait(TimeSpan.Zero))
        {
            return false;
        }

        place = Take(now);
        return true;
    }

    /// <summary>Makes a call when it is its turn. A call that was left behind keeps its turn until it ends.</summary>
    /// <param name="asked">What the filter is asked.</param>
    /// <param name="call">Makes the call.</param>
    /// <param name="cancellationToken">The deadline of the call.</param>
    public async ValueTask<TAnswer> InTurnAsync<TAsked, TAnswer>(TAsked asked, Func<TAsked, CancellationToken, ValueTask<TAnswer>> call, CancellationToken cancellationToken)
    {
        await (_calls?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        try
        {
            await _free.WaitAsync(cancellationToken);
            int place = Take(_time.GetTimestamp());
            ValueTask<TAnswer> pending;
            try
            {
                pending = call(asked, cancellationToken);
            }
            finally
            {
                Leave(place);
            }

            return await pending;
        }
        finally
        {
            _calls?.Release();
        }
    }

    /// <summary>Makes a call at once when a place is free, and otherwise when it is its turn.</summary>
    /// <param name="asked">What the filter is asked.</param>
    /// <param name="call">Makes the call.</param>
    /// <param name="now">When the call began.</param>
    /// <param name="cancellationToken">Its deadline.</param>
    public ValueTask RunAsync<TAsked>(TAsked asked, Func<TAsked, CancellationToken, ValueTask> call, long now, CancellationToken cancellationToken)
    {
        if (!TryEnter(now, out int place))
        {
            return AwaitTurnAsync(asked, call, cancellationToken);
        }

        try
        {
            return call(asked, cancellationToken);
        }
        finally
        {
            Leave(place);
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(int place)
    {
        Volatile.Write(ref _since[place], Free);
        _free.Release();
    }

    /// <summary>Marks it as closed. The semaphores have nothing to free as long as nobody asks for their handle, and a call that was left behind still gives its turn back.</summary>
    public void Dispose() => IsClosed = true;

    /// <summary>Counts the calls that block, for the gauge and for who keeps the pool in threads.</summary>
    public int Measure()
    {
        int blocking = 0;
        for (int i = 0; i < _since.Length; i++)
        {
            long since = Volatile.Read(ref _since[i]);
            blocking += since != Free && _time.GetElapsedTime(since) > BlockingAfter ? 1 : 0;
        }

        // Several instances of one name may exist at a time, those of sessions that began earlier; the gauge is their sum.
        _blocking.Add(blocking - _reported);
        _reported = blocking;
        return blocking;
    }

    private async ValueTask AwaitTurnAsync<TAsked>(TAsked asked, Func<TAsked, CancellationToken, ValueTask> call, CancellationToken cancellationToken) =>
        await InTurnAsync(
            (asked, call),
            static async (ask, token) =>
            {
                await ask.call(ask.asked, token);
                return true;
            },
            cancellationToken);

    private int Take(long now)
    {
        // Zero stands for a free place, and a clock may begin there.
        now = Math.Max(1, now);
        for (int i = 0; ; i = (i + 1) % _since.Length)
        {
            // The semaphore says that there is a free one.
            if (Interlocked.CompareExchange(ref _since[i], now, Free) == Free)
            {
                return i;
            }
        }
    }
}
