namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>What follows when a client breaks the protocol as bots do.</summary>
public enum ViolationAction
{
    /// <summary>Nothing; the client may still be remembered.</summary>
    Ignore,

    /// <summary>It is counted and logged under its token with <c>-seen</c>; the client is not remembered.</summary>
    Observe,

    /// <summary>As <see cref="Observe"/>, and points are added for a threshold filter to judge.</summary>
    Score,

    /// <summary>The client is refused.</summary>
    Enforce,
}
