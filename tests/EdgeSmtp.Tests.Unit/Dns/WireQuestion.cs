using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>A question as it came over the wire: its name with its case, and whether it asked for DNSSEC (the DO bit).</summary>
internal sealed record WireQuestion(string Name, DnsRecordType Type, bool OverTcp, bool DnssecOk);
