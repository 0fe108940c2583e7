using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Cache;

/// <summary>One answer in the cache.</summary>
/// <param name="Key">Its question.</param>
/// <param name="Answer">The answer.</param>
/// <param name="DiesAt">Timestamp of the clock from which on it is not given any more.</param>
/// <param name="Bytes">Its estimated memory.</param>
internal sealed record CacheEntry(DnsKey Key, DnsAnswer Answer, long DiesAt, long Bytes);
