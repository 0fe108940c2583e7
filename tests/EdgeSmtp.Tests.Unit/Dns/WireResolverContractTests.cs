using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>The contract over UDP, against a server in this process.</summary>
public sealed class WireResolverContractTests : ResolverContract, IAsyncDisposable
{
    private readonly WireServer _server = WireServer.Start(Answer);
    private readonly DnsResolver _resolver;

    public WireResolverContractTests() =>
        _resolver = new DnsResolver(new DnsOptions { Servers = [_server.Address] }, TimeProvider.System, new MetricRecorder());

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        await _server.DisposeAsync();
    }

    protected override ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type) => _resolver.ResolveAsync(name, type, CancellationToken.None);

    private static WireReply Answer(WireQuestion question)
    {
        string name = question.Name;
        WireReply aliases = new WireReply().Alias("alias.contract.test", "middle.contract.test", 300).Alias("middle.contract.test", "host.contract.test", 300);
        return (name, question.Type) switch
        {
            ("host.contract.test", DnsRecordType.A) => new WireReply().A(name, "192.0.2.1", 300).A(name, "192.0.2.2", 300),
            ("host.contract.test", DnsRecordType.Aaaa) => new WireReply().Aaaa(name, "2001:db8::1", 300),
            ("contract.test", DnsRecordType.Mx) => new WireReply().Mx(name, 20, "MX2.contract.test", 300).Mx(name, 10, "mx1.contract.test", 300),
            ("nomail.contract.test", DnsRecordType.Mx) => new WireReply().Mx(name, 0, ".", 300),
            ("alias.contract.test", DnsRecordType.A) => aliases.A("host.contract.test", "192.0.2.1", 300).A("host.contract.test", "192.0.2.2", 300),
            ("alias.contract.test", DnsRecordType.Cname) => new WireReply().Alias(name, "middle.contract.test", 300),
            ("alias.contract.test", _) => aliases.Soa(300, 0),
            ("text.contract.test", DnsRecordType.Txt) => new WireReply().Txt(name, 300, "v=spf1 "u8.ToArray(), "-all"u8.ToArray()),
            ("1.2.0.192.in-addr.contract.test", DnsRecordType.Ptr) => new WireReply().Pointer(name, "host.contract.test", 300),
            ("_25._tcp.host.contract.test", DnsRecordType.Tlsa) => new WireReply().Tlsa(name, 300, [3, 1, 1, .. new byte[31], 0x31]),
            ("v4only.contract.test", _) => new WireReply().Soa(300, 0),
            _ => name.EndsWith("contract.test", StringComparison.Ordinal) ? WireReply.NxDomain(300) : new WireReply { Code = 5 },
        };
    }
}
