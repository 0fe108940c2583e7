namespace EdgeSmtp.Toolkit.Tables;

/// <summary>How long an answer counts in a <see cref="LookupCache{TKey, TValue}"/>.</summary>
public enum CacheLife : byte
{
    /// <summary>Not at all: it is no answer but a failure.</summary>
    None,

    /// <summary>As long as positive answers do; afterwards it may be served stale.</summary>
    Positive,

    /// <summary>As long as negative ones do, and never longer: what is refused for good must not rest on an old answer.</summary>
    Negative,
}
