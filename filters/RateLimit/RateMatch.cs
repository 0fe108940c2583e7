namespace EdgeSmtp.Filters.RateLimit;

/// <summary>For whom a limit is.</summary>
public enum RateMatch
{
    /// <summary>Everybody.</summary>
    Any,

    /// <summary>Clients that may relay, by network or login.</summary>
    Relay,

    /// <summary>Clients that may not.</summary>
    Strangers,
}
