using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

public sealed class SenderCheckContractTests : FilterContractTests<SenderCheckFilter>
{
    // MAIL starts the look-up.
    protected override ContractStages AllocationFree => ContractStages.All & ~ContractStages.Mail;

    protected override void Register(FilterRegistry registry) => registry.AddSenderCheck();

    protected override FakeDns CreateDns() => FakeDns.Empty.AddMx("example.org", 10, "mx.example.org");
}
