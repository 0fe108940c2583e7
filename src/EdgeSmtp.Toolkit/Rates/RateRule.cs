namespace EdgeSmtp.Toolkit.Rates;

/// <summary>A token bucket: how fast it fills, and how much it holds. A value, so that asking with it costs nothing.</summary>
public readonly record struct RateRule
{
    /// <summary>Nobody owes more than this, whatever he took: keeps the arithmetic within its type.</summary>
    internal const long DebtTicksMax = 366L * TimeSpan.TicksPerDay;

    /// <summary>Makes a rule.</summary>
    /// <param name="rate">Units that a period gives back; above 0.</param>
    /// <param name="period">The period; above 0.</param>
    /// <param name="burst">Units that a full bucket holds; above 0. A bucket that takes longer than 366 days to fill is cut to what fills in that time.</param>
    public RateRule(double rate, TimeSpan period, double burst)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        TicksPerUnit = period.Ticks / rate;
        BurstTicks = TicksFor(burst);
    }

    /// <summary>How long it takes to give one unit back, in ticks of 100 ns.</summary>
    public double TicksPerUnit { get; }

    /// <summary>How long an empty bucket takes to be full, in ticks of 100 ns. A bucket is measured in time: what is missing is how long it still has to fill.</summary>
    public long BurstTicks { get; }

    /// <summary>How long units take to be given back, in ticks of 100 ns. Rounded down, so that as many units as the burst has always fit.</summary>
    /// <param name="units">0 or more.</param>
    public long TicksFor(double units) => (long)Math.Min(units * TicksPerUnit, DebtTicksMax);
}
