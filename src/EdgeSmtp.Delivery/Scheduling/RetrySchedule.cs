namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>When a message is tried again.</summary>
public abstract class RetrySchedule
{
    private const double Jitter = 0.1;

    /// <summary>qmail's schedule for remote destinations: after 400, 1,600, 3,600, 6,400, 10,000 … seconds.</summary>
    public static RetrySchedule QuadraticRemote { get; } = new Quadratic(20);

    /// <summary>qmail's schedule for local ones: after 100, 400, 900, 1,600 … seconds.</summary>
    public static RetrySchedule QuadraticLocal { get; } = new Quadratic(10);

    /// <summary>A schedule of fixed delays; the last one is repeated.</summary>
    /// <param name="delays">At least one, all above zero.</param>
    public static RetrySchedule FromDelays(IReadOnlyList<TimeSpan> delays)
    {
        ArgumentNullException.ThrowIfNull(delays);
        ArgumentOutOfRangeException.ThrowIfZero(delays.Count, nameof(delays));
        return new Listed([.. delays]);
    }

    /// <summary>The age at which the attempt after this one is due, without jitter.</summary>
    /// <param name="age">Age of the message now; negative counts as zero.</param>
    public abstract TimeSpan NextAge(TimeSpan age);

    /// <summary>When the next attempt is due: the schedule's delay, a tenth more or less by chance, so that what failed together does not come back together.</summary>
    /// <param name="received">When the message became ours.</param>
    /// <param name="now">The time.</param>
    /// <param name="chance">0 up to 1.</param>
    public DateTimeOffset Next(DateTimeOffset received, DateTimeOffset now, double chance)
    {
        // A clock that was set back must not make the age negative.
        TimeSpan age = now > received ? now - received : TimeSpan.Zero;
        return now + ((NextAge(age) - age) * (1 - Jitter + (2 * Jitter * chance)));
    }

    private sealed class Quadratic(long skip) : RetrySchedule
    {
        // qmail-send's nextretry(): birth + (isqrt(age) + skip)².
        public override TimeSpan NextAge(TimeSpan age)
        {
            long root = (long)Math.Sqrt(Math.Max(0, Math.Floor(age.TotalSeconds))) + skip;
            return TimeSpan.FromSeconds(root * root);
        }
    }

    private sealed class Listed(TimeSpan[] delays) : RetrySchedule
    {
        private TimeSpan[] Delays => delays;

        public override TimeSpan NextAge(TimeSpan age)
        {
            TimeSpan sum = TimeSpan.Zero;
            foreach (TimeSpan delay in delays)
            {
                // Jitter may have brought the attempt a tenth of its delay early; it is still that attempt.
                if (age < sum + (delay * (1 - Jitter))) return Max(sum + delay, age + (delay * Jitter));
                sum += delay;
            }

            return age + delays[^1];
        }

        // Two configurations that say the same make the same schedule.
        public override bool Equals(object? obj) => obj is Listed other && delays.AsSpan().SequenceEqual(other.Delays);

        public override int GetHashCode() => HashCode.Combine(delays.Length, delays[0]);

        private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }
}
