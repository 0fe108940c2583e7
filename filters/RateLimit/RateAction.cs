namespace EdgeSmtp.Filters.RateLimit;

/// <summary>What follows beyond a limit. Never a refusal for good: the mail of a busy hour is good mail.</summary>
public enum RateAction
{
    /// <summary>450: try again later.</summary>
    Defer,

    /// <summary>421, and the connection is closed.</summary>
    Disconnect,

    /// <summary>Points are added for a threshold filter to judge; nothing is refused here.</summary>
    Score,
}
