namespace EdgeSmtp.LoadTests.Profiles;

/// <summary>So many arrivals a second, evenly spaced.</summary>
/// <param name="PerSecond">Above 0.</param>
/// <param name="Duration">How long.</param>
internal sealed record ConstantArrivals(double PerSecond, TimeSpan Duration) : ArrivalProfile(Duration)
{
    public override double DueBy(TimeSpan elapsed) => PerSecond * elapsed.TotalSeconds;

    public override ArrivalProfile Scale(double rate, double duration) => new ConstantArrivals(PerSecond * rate, Duration * duration);
}
