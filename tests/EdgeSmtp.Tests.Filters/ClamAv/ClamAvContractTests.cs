using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>The contract with a clamd that finds nothing. That a known message costs nothing is a test of its own: the first of a kind always waits.</summary>
public sealed class ClamAvContractTests : FilterContractTests<ClamAvFilter>, IAsyncDisposable
{
    private readonly FakeClamd _clamd = new();

    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Message;

    public ValueTask DisposeAsync() => _clamd.DisposeAsync();

    protected override void Register(FilterRegistry registry) => registry.AddClamAv();

    protected override object CreateOptions() => new ClamAvFilterOptions { Servers = [_clamd.Address] };
}
