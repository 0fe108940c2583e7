using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

public sealed class SpfContractTests : FilterContractTests<SpfFilter>
{
    // MAIL starts the look-ups.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Mail;

    protected override void Register(FilterRegistry registry) => registry.AddSpf();
}
