namespace EdgeSmtp.Filters.RateLimit;

/// <summary>What a limit counts.</summary>
public enum RateUnit
{
    /// <summary>Messages: a transaction counts with its first recipient that comes as far as this filter; for a recipient domain, once for each domain.</summary>
    Messages,

    /// <summary>Recipients.</summary>
    Recipients,

    /// <summary>Connections. By client only: nothing else is known when they are counted.</summary>
    Connections,

    /// <summary>Bytes of messages, our trace fields included. Counted when they have arrived, and judged at the next RCPT.</summary>
    Bytes,

    /// <summary>What the client did wrong: refusals for good (5yz) of recipients, messages and commands, and protocol violations. By client, HELO or user.</summary>
    Failures,
}
