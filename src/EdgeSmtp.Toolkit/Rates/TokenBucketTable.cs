using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Rates;

/// <summary>Token buckets in memory, with a hard limit on their number that nobody can use to be forgotten.</summary>
/// <remarks>
/// <para>A bucket that is full again is the same as none, and leaves first. When all those kept have something missing and a new key comes, the one that would be full
/// soonest makes room, and the newcomer takes over what was missing there (the Space-Saving algorithm of Metwally, Agrawal and El Abbadi). So no key ever
/// gets more than its rule gives: filling the table with invented keys cannot empty anybody's record. The price is that a newcomer to a full table may be refused
/// early, by at most what the least indebted of all the keys owes; the log says so, once a minute.</para>
/// <para>A bucket is one point in time, at which it will be full. Calls complete synchronously.</para>
/// </remarks>
public sealed class TokenBucketTable : IRateTable
{
    private const int CleanedAtOnce = 2;

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly BucketHeap _buckets;
    private readonly string _name;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _start;
    private long _silentUntil;

    /// <summary>Makes an empty table.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="capacity">Keys at most, 1 or more. One takes about 100 bytes, once it was there.</param>
    /// <param name="time">The clock; its time stamps are used, so that setting the wall clock changes nothing.</param>
    /// <param name="logger">Told when the table is full.</param>
    public TokenBucketTable(string name, int capacity, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentNullException.ThrowIfNull(time);
        _name = name;
        _capacity = capacity;
        _time = time;
        _logger = logger;
        _buckets = new BucketHeap(capacity);
        _start = time.GetTimestamp();
    }

    /// <summary>Keys kept now, those included whose buckets are full again and that were not cleaned away yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _buckets.Count;
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<RateDecision> TakeAsync(UInt128 key, RateRule rule, long needed, long taken, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(needed);
        ArgumentOutOfRangeException.ThrowIfNegative(taken);
        bool isCrowded = false;
        RateDecision decision;
        lock (_lock)
        {
            long now = _time.GetElapsedTime(_start).Ticks;
            if (!_buckets.TryGet(key, out long fullAt))
            {
                Clean(now);
                isCrowded = _buckets.IsAtCapacity;
                fullAt = isCrowded ? _buckets.SoonestFullAt : now;
            }

            fullAt = Math.Max(fullAt, now);
            long excess = fullAt - now + Math.Min(rule.TicksFor(needed), rule.BurstTicks) - rule.BurstTicks;

            // What is owed counts only against those who need something.
            decision = excess <= 0 || needed == 0 ? new RateDecision(true, TimeSpan.Zero) : new RateDecision(false, TimeSpan.FromTicks(excess));
            if (decision.Allowed && taken > 0)
            {
                _buckets.Set(key, now + Math.Min(fullAt - now + rule.TicksFor(taken), RateRule.DebtTicksMax));
            }

            isCrowded &= taken > 0 && now >= _silentUntil;
            _silentUntil = isCrowded ? now + Silence.Ticks : _silentUntil;
        }

        if (isCrowded)
        {
            RateLog.Crowded(_logger, _name, _capacity);
        }

        return new ValueTask<RateDecision>(decision);
    }

    /// <inheritdoc />
    public ValueTask ReturnAsync(UInt128 key, RateRule rule, long units, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        lock (_lock)
        {
            if (_buckets.TryGet(key, out long fullAt))
            {
                _buckets.Set(key, fullAt - rule.TicksFor(units));
            }
        }

        return default;
    }

    // A little at each new key: the table shrinks while it is used, and no call pays for all of it.
    private void Clean(long now)
    {
        for (int i = 0; i < CleanedAtOnce && _buckets.Count > 0 && _buckets.SoonestFullAt <= now; i++)
        {
            _buckets.RemoveSoonest();
        }
    }
}
