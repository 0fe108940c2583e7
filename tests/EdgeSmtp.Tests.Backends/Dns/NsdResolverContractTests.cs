using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Unit.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Dns;

/// <summary>The contract of the resolver against a real server, whose messages nobody here wrote.</summary>
public sealed class NsdResolverContractTests(NsdResolverContractTests.Server server) : ResolverContract, IClassFixture<NsdResolverContractTests.Server>
{
    protected override ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type) => server.Resolver.ResolveAsync(name, type, CancellationToken.None);

    /// <summary>One server for the whole class.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private Nsd? _nsd;
        private DnsResolver? _resolver;

        public DnsResolver Resolver => _resolver ?? throw new InvalidOperationException("The server is not started.");

        public async ValueTask InitializeAsync()
        {
            _nsd = await Nsd.StartAsync("contract.test", ZoneText);
            _resolver = new DnsResolver(new DnsOptions { Servers = [$"127.0.0.1:{_nsd.Port}"] }, TimeProvider.System, new MetricRecorder());
        }

        public async ValueTask DisposeAsync()
        {
            _resolver?.Dispose();
            if (_nsd is not null)
                await _nsd.DisposeAsync();
        }
    }
}
