namespace EdgeSmtp.LoadTests.Profiles;

/// <summary>A rate that changes evenly.</summary>
/// <param name="From">Arrivals a second at the beginning.</param>
/// <param name="To">Arrivals a second at the end.</param>
/// <param name="Duration">How long.</param>
internal sealed record RampArrivals(double From, double To, TimeSpan Duration) : ArrivalProfile(Duration)
{
    public override double DueBy(TimeSpan elapsed)
    {
        double seconds = elapsed.TotalSeconds;
        return (From * seconds) + ((To - From) * seconds * seconds / (2 * Duration.TotalSeconds));
    }

    public override ArrivalProfile Scale(double rate, double duration) => new RampArrivals(From * rate, To * rate, Duration * duration);
}
