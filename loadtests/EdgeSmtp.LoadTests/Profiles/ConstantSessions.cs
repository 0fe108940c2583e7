namespace EdgeSmtp.LoadTests.Profiles;

/// <summary>So many sessions at once; each begins anew when it has ended. For what is held, not for latency: this is the closed model.</summary>
/// <param name="Sessions">1 or more.</param>
/// <param name="RampUp">Time in which they begin, evenly spaced.</param>
/// <param name="Duration">Time of the whole, with the ramp.</param>
internal sealed record ConstantSessions(int Sessions, TimeSpan RampUp, TimeSpan Duration) : LoadProfile(Duration);
