using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Abstractions;

/// <summary>What forward-confirmed reverse DNS says of a client. "It has no name" and "nobody can tell now" are different answers.</summary>
/// <param name="Status"><see cref="DnsStatus.Found"/> with a name; <see cref="DnsStatus.NoData"/> when there certainly is none; <see cref="DnsStatus.TemporaryFailure"/> when the DNS does not say in time.</param>
/// <param name="Name">The name in lower case, without trailing dot; <c>null</c> unless found.</param>
public readonly record struct ClientNameAnswer(DnsStatus Status, string? Name);
