using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>
/// Remembers what a scanner found, so that a thousand copies of a message cost one scan: those that come later find it here, those that arrive together wait for the one
/// that is being scanned. Bounded. Thread-safe. Keep it in <see cref="FilterContext.State{T}"/>, so that it outlives a reload.
/// </summary>
/// <remarks>
/// <para>
/// The key says all that the finding depends on: <see cref="ContentDigest"/> of the message, name and version of the scanner, and whatever else it is told
/// (<see cref="KeyDigest.FinishWhole"/>). Only deterministic findings are kept; others are told to those who waited for them and to nobody else.
/// </para>
/// <para>
/// Other than in a <see cref="LookupCache{TKey, TValue}"/>, a scan belongs to the message that it reads, and ends with it: the memory it reads is freed then. When its session is
/// given up, the next that waits scans its own copy.
/// </para>
/// <para>Events of the meter: <c>hit</c>, <c>joined</c>; <c>miss</c> and <c>taken-over</c>, which are scans; level <c>entries</c>.</para>
/// </remarks>
/// <typeparam name="T">Type of the findings; immutable ones, of bounded size.</typeparam>
public sealed class VerdictCache<T>
{
    private readonly VerdictCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly FilterMeter _meter;
    private readonly BoundedTtlTable<Digest256, T>? _findings;
    private readonly ConcurrentDictionary<Digest256, TaskCompletionSource<Landing>> _flights = new();

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Counts.</param>
    public VerdictCache(VerdictCacheOptions options, TimeProvider time, FilterMeter meter)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(meter);
        _options = options;
        _time = time;
        _meter = meter;
        _findings = options.EntriesMax > 0 ? new BoundedTtlTable<Digest256, T>(options.EntriesMax, time) : null;
        foreach (string what in (ReadOnlySpan<string>)["hit", "miss", "joined", "taken-over"])
        {
            meter.Count(what, 0);
        }

        meter.Level("entries", 0);
    }

    /// <summary>Gives the finding that is known, waits for one that is being made, or scans. Allocates nothing when it is known.</summary>
    /// <typeparam name="TState">Type of what the scan needs.</typeparam>
    /// <param name="key">All that the finding depends on.</param>
    /// <param name="state">What the scan needs.</param>
    /// <param name="scan">Scans, ends soon after its token fires, and otherwise by itself in a bounded time.</param>
    /// <param name="cancellationToken">Gives up: this wait, or this scan.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<T> GetAsync<TState>(Digest256 key, TState state, Func<TState, CancellationToken, ValueTask<ScanAnswer<T>>> scan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return TryHit(key, out T? finding) ? new(finding!) : JoinAsync(key, state, scan, cancellationToken);
    }

    private bool TryHit(Digest256 key, out T? finding)
    {
        finding = default;
        if (_findings is null || !_findings.TryGet(key, out finding))
        {
            return false;
        }

        _meter.Count("hit");
        return true;
    }

    private async ValueTask<T> JoinAsync<TState>(
        Digest256 key, TState state, Func<TState, CancellationToken, ValueTask<ScanAnswer<T>>> scan, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Landing> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Landing> flight = _flights.GetOrAdd(key, mine);
        bool isTakenOver = false;
        if (flight != mine)
        {
            _meter.Count("joined");
        }

        while (flight != mine)
        {
            Landing landing = await flight.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!landing.IsAbandoned)
            {
                return landing.Finding!;
            }

            isTakenOver = true;
            flight = _flights.GetOrAdd(key, mine);
        }

        return await FlyAsync(key, state, scan, mine, isTakenOver, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<T> FlyAsync<TState>(
        Digest256 key,
        TState state,
        Func<TState, CancellationToken, ValueTask<ScanAnswer<T>>> scan,
        TaskCompletionSource<Landing> flight,
        bool isTakenOver,
        CancellationToken cancellationToken)
    {
        try
        {
            // Somebody else may have landed after we looked and before we began.
            if (!TryHit(key, out T? finding))
            {
                _meter.Count(isTakenOver ? "taken-over" : "miss");
                ScanAnswer<T> answer = await scan(state, cancellationToken).ConfigureAwait(false);
                finding = answer.Finding;
                if (answer.IsDeterministic)
                {
                    Keep(key, finding);
                }
            }

            Land(key, flight, new Landing(finding, IsAbandoned: false));
            return finding!;
        }
        catch (Exception exception)
        {
            if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                Land(key, flight, new Landing(default, IsAbandoned: true));
            }
            else
            {
                _flights.TryRemove(key, out _);
                flight.SetException(exception);
                _ = flight.Task.Exception;
            }

            throw;
        }
    }

    private void Land(Digest256 key, TaskCompletionSource<Landing> flight, Landing landing)
    {
        _flights.TryRemove(key, out _);
        flight.SetResult(landing);
    }

    private void Keep(Digest256 key, T finding)
    {
        if (_findings is not null)
        {
            _findings.Set(key, finding, _time.GetUtcNow() + _options.Ttl);
            _meter.Level("entries", _findings.Count);
        }
    }

    /// <summary>How a flight ended for those who waited for it: with a finding, or because its own message was given up.</summary>
    private readonly record struct Landing(T? Finding, bool IsAbandoned);
}
