using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Toolkit.Backends;

/// <summary>Options of what stands behind a <see cref="BackendGuard"/>: how many calls at once, and when it counts as dead.</summary>
public abstract record BackendOptions
{
    /// <summary>Calls in flight at once. 1 to 1,000; default 16. Further ones wait for a place within their deadline.</summary>
    [Range(1, 1000)]
    public int ConcurrencyMax { get; init; } = 16;

    /// <summary>Calls that may wait for a place. 0 to 100,000; default 1,000. What does not fit fails at once, temporarily.</summary>
    [Range(0, 100_000)]
    public int WaitingMax { get; init; } = 1000;

    /// <summary>Failures one after the other that open the breaker: the backend counts as dead and is not asked. 1 to 1,000; default 5.</summary>
    [Range(1, 1000)]
    public int BreakerFailures { get; init; } = 5;

    /// <summary>How long an open breaker waits until it lets one call through to see. 100 milliseconds to 10 minutes; default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>These limits with a deadline.</summary>
    /// <param name="timeout">Deadline of one call, waiting for a place included.</param>
    public BackendGuardOptions Within(TimeSpan timeout) => new(timeout, ConcurrencyMax, WaitingMax, BreakerFailures, BreakerPause);
}
