using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>
/// Remembers answers of slow look-ups: positive and negative ones for different times, varied at random; a positive answer beyond its time is served while it is
/// asked for again; who asks for what is just being asked waits for the same answer. Bounded. Thread-safe.
/// </summary>
/// <remarks>
/// A look-up belongs to nobody who waits for it: each of them may give up, and it goes on to its own end, which the look-up has to bound. A failure
/// (<see cref="CacheLife.None"/>) is told to those who waited and kept by nobody. Events of the meter: <c>hit</c>, <c>stale</c>, <c>joined</c>, <c>miss</c>; level <c>entries</c>.
/// </remarks>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the answers; immutable ones.</typeparam>
public sealed class LookupCache<TKey, TValue>
    where TKey : notnull
{
    private const int NegativePart = 4;

    // A stale answer is not asked for again at once when that has just failed.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly LookupCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly FilterMeter _meter;
    private readonly Random _random;
    private readonly BoundedTtlTable<TKey, Entry>? _positive;
    private readonly BoundedTtlTable<TKey, Entry>? _negative;
    private readonly ConcurrentDictionary<TKey, Task<TValue>> _flights = new();

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">Times and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Counts.</param>
    /// <param name="random">Varies the times; <c>null</c> for the shared one.</param>
    public LookupCache(LookupCacheOptions options, TimeProvider time, FilterMeter meter, Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(meter);
        _options = options;
        _time = time;
        _meter = meter;
        _random = random ?? Random.Shared;
        if (options.EntriesMax > 0)
        {
            _positive = new BoundedTtlTable<TKey, Entry>(options.EntriesMax, time);
            _negative = new BoundedTtlTable<TKey, Entry>(Math.Max(1, options.EntriesMax / NegativePart), time);
        }

        meter.Level("entries", 0);
    }

    /// <summary>Gives the answer that is known, or asks.</summary>
    /// <typeparam name="TState">Type of what the look-up needs.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">What the look-up needs.</param>
    /// <param name="lookUp">Asks. Ends by itself in a bounded time, and does not throw.</param>
    /// <param name="cancellationToken">Ends this wait, and not the look-up.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<TValue> GetAsync<TState>(TKey key, TState state, Func<TKey, TState, ValueTask<CachedAnswer<TValue>>> lookUp, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lookUp);
        if (!TryGet(key, out Entry? entry))
        {
            Task<TValue> flight = Join(key, state, lookUp, out bool mine);
            _meter.Count(mine ? "miss" : "joined");
            return new(flight.WaitAsync(cancellationToken));
        }

        if (_time.GetUtcNow() < entry.FreshUntil)
        {
            _meter.Count("hit");
            return new(entry.Value);
        }

        _meter.Count("stale");
        if (entry.TryTurn(_time.GetUtcNow(), RetryPause))
        {
            // Observed by the flight itself, which does not throw.
            _ = Join(key, state, lookUp, out _);
        }

        return new(entry.Value);
    }

    private bool TryGet(TKey key, [MaybeNullWhen(false)] out Entry entry)
    {
        entry = null;
        return _positive is not null && (_positive.TryGet(key, out entry) || _negative!.TryGet(key, out entry));
    }

    private Task<TValue> Join<TState>(TKey key, TState state, Func<TKey, TState, ValueTask<CachedAnswer<TValue>>> lookUp, out bool mine)
    {
        mine = false;
        if (_flights.TryGetValue(key, out Task<TValue>? flying))
        {
            return flying;
        }

        TaskCompletionSource<TValue> landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        flying = _flights.GetOrAdd(key, landed.Task);
        if (flying != landed.Task)
        {
            return flying;
        }

        mine = true;
        _ = FlyAsync(key, state, lookUp, landed);
        return flying;
    }

    private async Task FlyAsync<TState>(TKey key, TState state, Func<TKey, TState, ValueTask<CachedAnswer<TValue>>> lookUp, TaskCompletionSource<TValue> landed)
    {
        try
        {
            CachedAnswer<TValue> answer = await lookUp(key, state).ConfigureAwait(false);
            Keep(key, answer);
            _flights.TryRemove(key, out _);
            landed.SetResult(answer.Value);
        }
        catch (Exception exception)
        {
            _flights.TryRemove(key, out _);
            landed.SetException(exception);
            _ = landed.Task.Exception;
        }
    }

    private void Keep(TKey key, in CachedAnswer<TValue> answer)
    {
        TimeSpan ttl = answer.Life switch
        {
            CacheLife.Positive => Varied(_options.PositiveTtl),
            CacheLife.Negative => Varied(_options.NegativeTtl),
            _ => TimeSpan.Zero,
        };
        if (_positive is null || ttl <= TimeSpan.Zero)
        {
            return;
        }

        DateTimeOffset freshUntil = _time.GetUtcNow() + ttl;
        if (answer.Life == CacheLife.Positive)
        {
            _negative!.Remove(key);
            _positive.Set(key, new Entry(answer.Value, freshUntil), freshUntil + _options.StaleTtl);
        }
        else
        {
            _positive.Remove(key);
            _negative!.Set(key, new Entry(answer.Value, freshUntil), freshUntil);
        }

        _meter.Level("entries", _positive.Count + _negative.Count);
    }

    private TimeSpan Varied(TimeSpan ttl) => _options.Jitter == 0 ? ttl : ttl * (1 + (_options.Jitter * ((_random.NextDouble() * 2) - 1)));

    /// <summary>An answer, and who may ask for it again.</summary>
    private sealed class Entry(TValue value, DateTimeOffset freshUntil)
    {
        private long _nextTurn;

        public TValue Value { get; } = value;

        public DateTimeOffset FreshUntil { get; } = freshUntil;

        /// <summary>One caller at a time, and not one after the other either.</summary>
        public bool TryTurn(DateTimeOffset now, TimeSpan pause)
        {
            long next = Volatile.Read(ref _nextTurn);
            return now.UtcTicks >= next && Interlocked.CompareExchange(ref _nextTurn, (now + pause).UtcTicks, next) == next;
        }
    }
}
