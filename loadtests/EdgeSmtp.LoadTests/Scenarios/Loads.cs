using EdgeSmtp.LoadTests.Profiles;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>Loads of several scenarios.</summary>
internal static class Loads
{
    public static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

    public static TimeSpan Ramp { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A ramp, and then so many arrivals a second.</summary>
    /// <param name="perSecond">Of the plateau.</param>
    /// <param name="duration">Of the plateau. Default a minute.</param>
    public static StagedArrivals Plateau(double perSecond, TimeSpan? duration = null) =>
        new(new RampArrivals(1, perSecond, Ramp), new ConstantArrivals(perSecond, duration ?? Minute));
}
