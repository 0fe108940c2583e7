using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Testing.Dns;

/// <summary>One question that a <see cref="FakeDns"/> was asked.</summary>
/// <param name="Name">Lower-case, without trailing dot.</param>
/// <param name="Type">Type of record.</param>
public readonly record struct DnsQuestion(string Name, DnsRecordType Type);
