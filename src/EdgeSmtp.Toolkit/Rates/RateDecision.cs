namespace EdgeSmtp.Toolkit.Rates;

/// <summary>What a bucket says.</summary>
/// <param name="Allowed">Whether what was needed was there, so that what was asked for was taken.</param>
/// <param name="RetryAfter">How long until what was needed will be there, if nobody takes any meanwhile; zero when allowed.</param>
public readonly record struct RateDecision(bool Allowed, TimeSpan RetryAfter);
