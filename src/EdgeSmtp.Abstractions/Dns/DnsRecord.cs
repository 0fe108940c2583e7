using System.Net;

namespace EdgeSmtp.Abstractions.Dns;

/// <summary>One record of an answer. Names are lower-case without trailing dot.</summary>
/// <param name="Ttl">Time to live, as received.</param>
public abstract record DnsRecord(TimeSpan Ttl);

/// <summary>A or AAAA.</summary>
/// <param name="Address">The address.</param>
/// <param name="Ttl">Time to live.</param>
public sealed record DnsAddressRecord(IPAddress Address, TimeSpan Ttl) : DnsRecord(Ttl);

/// <summary>MX (RFC 5321 §5.1).</summary>
/// <param name="Preference">Lower is better.</param>
/// <param name="Exchange">Host name; empty for a null MX (RFC 7505).</param>
/// <param name="Ttl">Time to live.</param>
public sealed record DnsMxRecord(ushort Preference, string Exchange, TimeSpan Ttl) : DnsRecord(Ttl);

/// <summary>TXT.</summary>
/// <param name="Text">The character-strings joined without separator (RFC 7208 §3.3), raw bytes.</param>
/// <param name="Ttl">Time to live.</param>
public sealed record DnsTxtRecord(ReadOnlyMemory<byte> Text, TimeSpan Ttl) : DnsRecord(Ttl);

/// <summary>PTR or CNAME.</summary>
/// <param name="Name">The name pointed to.</param>
/// <param name="Ttl">Time to live.</param>
public sealed record DnsNameRecord(string Name, TimeSpan Ttl) : DnsRecord(Ttl);

/// <summary>TLSA (RFC 6698 §2.1).</summary>
/// <param name="Usage">Certificate usage.</param>
/// <param name="Selector">Selector.</param>
/// <param name="MatchingType">Matching type.</param>
/// <param name="Data">Association data.</param>
/// <param name="Ttl">Time to live.</param>
public sealed record DnsTlsaRecord(byte Usage, byte Selector, byte MatchingType, ReadOnlyMemory<byte> Data, TimeSpan Ttl) : DnsRecord(Ttl);
