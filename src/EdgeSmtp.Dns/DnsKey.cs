using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns;

/// <summary>One question: a normalised name and a type; the class is always IN.</summary>
internal readonly record struct DnsKey(string Name, DnsRecordType Type);
