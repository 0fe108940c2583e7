using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A DNS that never answers.</summary>
internal sealed class SilentDns : IDnsResolver
{
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => new(DnsAnswer.TemporaryFailure);
}
