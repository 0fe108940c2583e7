namespace EdgeSmtp.Delivery.Retry;

/// <summary>Qmail's quadratic schedule: the longer a message has waited, the longer it waits again, and its whole past is its age.</summary>
/// <param name="options">The options.</param>
/// <param name="random">Source of the jitter; called from several threads.</param>
public sealed class RetrySchedule(RetryOptions options, Random random)
{
    private static readonly TimeSpan DelayNoticeWhenAsked = TimeSpan.FromHours(4);
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);

    /// <summary>When to try again.</summary>
    /// <param name="received">When the message became ours.</param>
    /// <param name="now">The time; a clock that stepped back counts as age 0.</param>
    /// <param name="attempts">Attempts made, this one included; at least 1.</param>
    /// <param name="isLocal">Whether the destination is a mailbox here.</param>
    public DateTimeOffset Next(DateTimeOffset received, DateTimeOffset now, int attempts, bool isLocal)
    {
        TimeSpan pause = options.Pauses.Count > 0
            ? options.Pauses[Math.Clamp(attempts - 1, 0, options.Pauses.Count - 1)]
            : QuadraticPause(now - received, isLocal ? options.LocalStep : options.RemoteStep);
        double spread = 1 + (options.Jitter * ((2 * random.NextDouble()) - 1));
        pause *= spread;
        return now + (pause < PauseMin ? PauseMin : pause);
    }

    /// <summary>Whether a temporary failure of an attempt is final.</summary>
    /// <param name="received">When the message became ours.</param>
    /// <param name="attemptStarted">When the attempt started.</param>
    /// <param name="isReport">Whether the reverse-path is null.</param>
    public bool IsExpired(DateTimeOffset received, DateTimeOffset attemptStarted, bool isReport) => attemptStarted - received > LifetimeOf(isReport);

    /// <summary>When a message expires.</summary>
    /// <param name="received">When the message became ours.</param>
    /// <param name="isReport">Whether the reverse-path is null.</param>
    public DateTimeOffset ExpiryOf(DateTimeOffset received, bool isReport) => received + LifetimeOf(isReport);

    /// <summary>Whether the sender is to be told of the delay now: at the first attempt past the due time, which the attempt before it did not reach.</summary>
    /// <param name="received">When the message became ours.</param>
    /// <param name="lastAttempt">When the attempt before started; <paramref name="received"/> for none.</param>
    /// <param name="now">The time.</param>
    /// <param name="isAskedFor">Whether NOTIFY=DELAY was given.</param>
    public bool IsDelayNoticeDue(DateTimeOffset received, DateTimeOffset lastAttempt, DateTimeOffset now, bool isAskedFor)
    {
        TimeSpan? after = options.DelayNotice ?? (isAskedFor ? DelayNoticeWhenAsked : null);
        return after is { } due && now - received >= due && lastAttempt - received < due;
    }

    /// <summary>Step after step the attempts fall on squares: birth + (√age + step)².</summary>
    private static TimeSpan QuadraticPause(TimeSpan age, int step)
    {
        double root = Math.Floor(Math.Sqrt(Math.Max(0, age.TotalSeconds)));
        double next = (root + step) * (root + step);
        return TimeSpan.FromSeconds(next) - (age < TimeSpan.Zero ? TimeSpan.Zero : age);
    }

    private TimeSpan LifetimeOf(bool isReport) => isReport ? options.ReportLifetime : options.Lifetime;
}
