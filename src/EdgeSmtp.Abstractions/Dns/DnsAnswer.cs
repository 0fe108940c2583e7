namespace EdgeSmtp.Abstractions.Dns;

/// <summary>The answer to one question. Immutable; shared by all who asked.</summary>
/// <param name="Status">How it was answered.</param>
/// <param name="Records">Records of the type asked for, aliases followed; empty unless <see cref="DnsStatus.Found"/>.</param>
/// <param name="Ttl">How long the answer may be kept: the least TTL, or for a negative one min(SOA TTL, SOA MINIMUM) (RFC 2308 §5); zero for failures.</param>
/// <param name="Authenticated">AD bit from a resolver that the configuration trusts (RFC 4035 §3.2.3).</param>
public sealed record DnsAnswer(DnsStatus Status, IReadOnlyList<DnsRecord> Records, TimeSpan Ttl, bool Authenticated)
{
    /// <summary>No answer now.</summary>
    public static DnsAnswer TemporaryFailure { get; } = new(DnsStatus.TemporaryFailure, [], TimeSpan.Zero, false);

    /// <summary>Whether the answer says for certain that there is no such record.</summary>
    public bool IsNegative => Status is DnsStatus.NoData or DnsStatus.NxDomain;
}
