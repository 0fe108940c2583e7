using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>Options of a <see cref="LookupCache{TKey, TValue}"/>.</summary>
public sealed record LookupCacheOptions
{
    /// <summary>
    /// Positive answers kept at most, and a quarter as many negative ones beside them, so that guessed keys push out no real ones; the least recently used leaves first.
    /// 0 (nothing is kept) to 10,000,000; default 100,000, some 25 MB.
    /// </summary>
    [Range(0, 10_000_000)]
    public int EntriesMax { get; init; } = 100_000;

    /// <summary>How long a positive answer counts. 0 to 7 days; default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan PositiveTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a negative answer counts: for so long a new address is still refused. 0 to 1 day; default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long after its time a positive answer still serves while it is asked for again behind the scenes, and while the backend is dead. 0 to 7 days; default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan StaleTtl { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Part by which each time is varied at random, so that what was asked together is not asked again together. 0 to 0.5; default 0.1.</summary>
    [Range(0.0, 0.5)]
    public double Jitter { get; init; } = 0.1;
}
