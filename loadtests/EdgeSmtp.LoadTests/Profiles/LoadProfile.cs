namespace EdgeSmtp.LoadTests.Profiles;

/// <summary>How much load there is, and when.</summary>
/// <param name="Duration">Time in which it begins; what has begun may end later.</param>
internal abstract record LoadProfile(TimeSpan Duration);
