namespace EdgeSmtp.Abstractions.Dns;

/// <summary>How a question was answered. Failure is an answer, not an exception.</summary>
public enum DnsStatus : byte
{
    /// <summary>Records of the type asked for.</summary>
    Found,

    /// <summary>The name exists, without records of this type.</summary>
    NoData,

    /// <summary>The name does not exist (RFC 2308 §2.1).</summary>
    NxDomain,

    /// <summary>No answer now: time-out, SERVFAIL, REFUSED, limits. Never to be read as "no such record".</summary>
    TemporaryFailure,

    /// <summary>DNSSEC validation failed at a resolver that says so.</summary>
    Bogus,
}
