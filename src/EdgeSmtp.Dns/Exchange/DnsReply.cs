using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>What one exchange brought.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="AliasTarget">When the server gave an alias and said nothing about its target: the name to ask next. Its TTL is that of <paramref name="Answer"/>.</param>
internal readonly record struct DnsReply(DnsAnswer Answer, string? AliasTarget = null);
