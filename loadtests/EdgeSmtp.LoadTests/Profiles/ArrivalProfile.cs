namespace EdgeSmtp.LoadTests.Profiles;

/// <summary>
/// Arrivals on a fixed time line, whatever the server does: the open model. A server that slows down is not spared by clients that wait for it, so latency counts from the
/// moment at which an arrival was meant to be.
/// </summary>
/// <param name="Duration">Time of the whole.</param>
internal abstract record ArrivalProfile(TimeSpan Duration) : LoadProfile(Duration)
{
    /// <summary>Arrivals that are due by a time.</summary>
    /// <param name="elapsed">Since the beginning; at most <see cref="LoadProfile.Duration"/>.</param>
    public abstract double DueBy(TimeSpan elapsed);

    /// <summary>The same shape with another height and length.</summary>
    /// <param name="rate">Factor of the rate.</param>
    /// <param name="duration">Factor of the time.</param>
    public abstract ArrivalProfile Scale(double rate, double duration);
}
