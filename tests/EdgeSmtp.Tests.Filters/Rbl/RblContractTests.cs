using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

public sealed class RblContractTests : FilterContractTests<RblFilter>
{
    // Connect starts the look-ups.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Connect;

    protected override void Register(FilterRegistry registry) => registry.AddRbl();

    protected override object CreateOptions() => new RblFilterOptions { Zone = "bl.example" };

    protected override void ArrangePass(FilterHarness harness) => harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.6"), 40000);
}
