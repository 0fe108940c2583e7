using EdgeSmtp.Abstractions;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Backends;

/// <summary>
/// Stands before something outside that can be slow, full or dead: bounds the calls in flight and waiting (bulkhead), ends each at its deadline, stops asking after
/// failures in a row (breaker), and counts. A dead backend then costs its callers nothing but a quick "cannot tell", and nobody else anything.
/// </summary>
/// <remarks>
/// Thread-safe. Metrics through the meter: events <c>answered</c>, <c>failed</c>, <c>timed-out</c>, <c>not-asked-open</c>, <c>not-asked-busy</c>; levels <c>in-flight</c>
/// and <c>breaker-open</c> (0 or 1); the duration of calls that were made. Logs once when the breaker opens and once when it closes.
/// </remarks>
public sealed class BackendGuard : IDisposable
{
    private readonly string _name;
    private readonly BackendGuardOptions _options;
    private readonly TimeProvider _time;
    private readonly FilterMeter _meter;
    private readonly ILogger _logger;
    private readonly Breaker _breaker;
    private readonly SemaphoreSlim _places;
    private int _inFlight;
    private int _waiting;

    /// <summary>Creates a guard.</summary>
    /// <param name="name">Name of the backend, for the log.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Counts.</param>
    /// <param name="logger">Told when the backend dies and recovers.</param>
    public BackendGuard(string name, BackendGuardOptions options, TimeProvider time, FilterMeter meter, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(meter);
        _name = name;
        _options = options;
        _time = time;
        _meter = meter;
        _logger = logger;
        _breaker = new Breaker(options.BreakerFailures, options.BreakerPause, time);
        _places = new SemaphoreSlim(options.ConcurrencyMax);

        // Visible before anything happens, so that an alert sees the first failure as a rise from zero.
        foreach (GuardOutcome outcome in Enum.GetValues<GuardOutcome>())
        {
            meter.Count(Label(outcome), 0);
        }

        meter.Level("breaker-open", 0);
        meter.Level("in-flight", 0);
    }

    /// <summary>Calls in flight and waiting now.</summary>
    public int Burden => Volatile.Read(ref _inFlight) + Volatile.Read(ref _waiting);

    /// <summary>Makes a call.</summary>
    /// <typeparam name="TState">Type of what the call needs.</typeparam>
    /// <typeparam name="T">Type of the answer.</typeparam>
    /// <param name="state">What the call needs.</param>
    /// <param name="call">The call. Its token fires at the deadline; a call that ignores it is left behind, and keeps its place until it ends.</param>
    /// <param name="failure">Why an answer says that the backend cannot do its work; <c>null</c> for an answer that counts.</param>
    /// <param name="cancellationToken">Gives up, which says nothing about the backend.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<GuardResult<T>> RunAsync<TState, T>(
        TState state, Func<TState, CancellationToken, ValueTask<T>> call, Func<T, string?> failure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(failure);
        if (!_breaker.TryEnter())
        {
            return Refused<T>(GuardOutcome.Open, "it failed before and is not asked for a while");
        }

        using CancellationTokenSource deadline = new(_options.Timeout, _time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            if (!await EnterAsync(linked.Token).ConfigureAwait(false))
            {
                _breaker.Abandoned();
                return Refused<T>(GuardOutcome.Busy, "too many calls wait for it");
            }
        }
        catch (OperationCanceledException)
        {
            _breaker.Abandoned();
            cancellationToken.ThrowIfCancellationRequested();
            return Refused<T>(GuardOutcome.Busy, "no place was free in time");
        }

        return await CallAsync(state, call, failure, linked.Token, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private static string Label(GuardOutcome outcome) => outcome switch
    {
        GuardOutcome.Answered => "answered",
        GuardOutcome.Failed => "failed",
        GuardOutcome.TimedOut => "timed-out",
        GuardOutcome.Open => "not-asked-open",
        _ => "not-asked-busy",
    };

    private async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (_places.Wait(0, CancellationToken.None))
        {
            return true;
        }

        if (Interlocked.Increment(ref _waiting) > _options.WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async ValueTask<GuardResult<T>> CallAsync<TState, T>(
        TState state, Func<TState, CancellationToken, ValueTask<T>> call, Func<T, string?> failure, CancellationToken deadline, CancellationToken givenUp)
    {
        long started = _time.GetTimestamp();
        _meter.Level("in-flight", Interlocked.Increment(ref _inFlight));
        Task<T>? running = null;
        try
        {
            running = call(state, deadline).AsTask();
            T answer = await running.WaitAsync(deadline).ConfigureAwait(false);
            string? detail = failure(answer);
            return Ended(detail is null ? GuardOutcome.Answered : GuardOutcome.Failed, answer, detail, started);
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested)
        {
            _breaker.Abandoned();
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Ended<T>(GuardOutcome.TimedOut, default, $"no answer within {_options.Timeout}", started);
        }
        catch (Exception exception)
        {
            return Ended<T>(GuardOutcome.Failed, default, $"{exception.GetType().Name}: {exception.Message}", started);
        }
        finally
        {
            Leave(running);
        }
    }

    private GuardResult<T> Ended<T>(GuardOutcome outcome, T? answer, string? detail, long started)
    {
        _meter.Took(_time.GetElapsedTime(started));
        _meter.Count(Label(outcome));
        if (outcome == GuardOutcome.Answered)
        {
            if (_breaker.Succeeded())
            {
                _meter.Level("breaker-open", 0);
                BackendGuardLog.Closed(_logger, _name);
            }
        }
        else if (_breaker.Failed())
        {
            _meter.Level("breaker-open", 1);
            BackendGuardLog.Opened(_logger, _name, detail ?? "no reason given");
        }

        return new GuardResult<T>(outcome, answer, detail);
    }

    private GuardResult<T> Refused<T>(GuardOutcome outcome, string detail)
    {
        _meter.Count(Label(outcome));
        return new GuardResult<T>(outcome, default, detail);
    }

    /// <summary>Gives the place back when the call has really ended: one that ignores its deadline still burdens the backend.</summary>
    private void Leave(Task? running)
    {
        if (running is null || running.IsCompleted)
        {
            GiveBack();
            return;
        }

        _ = running.ContinueWith(
            static (ended, guard) =>
            {
                _ = ended.Exception;
                ((BackendGuard)guard!).GiveBack();
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void GiveBack()
    {
        _meter.Level("in-flight", Interlocked.Decrement(ref _inFlight));
        try
        {
            _places.Release();
        }
        catch (ObjectDisposedException)
        {
            // The guard went while a call that nobody awaited was still running.
        }
    }
}
