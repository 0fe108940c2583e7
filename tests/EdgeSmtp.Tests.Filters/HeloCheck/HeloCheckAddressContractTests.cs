using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

/// <summary>The contract again in a mode that asks the DNS, lists and own names in use.</summary>
public sealed class HeloCheckAddressContractTests : FilterContractTests<HeloCheckFilter>
{
    // HELO starts the look-up.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Hello;

    protected override void Register(FilterRegistry registry) => registry.AddHeloCheck();

    protected override object CreateOptions() => new HeloCheckFilterOptions { Mode = "A", BadHelo = ["*.dyn.example"], OwnNames = ["mx.example.com"] };

    protected override FakeDns CreateDns() => FakeDns.Empty.AddAddress("client.example", "192.0.2.1");
}
