using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>The contract again where the client's name is asked for, by the list and by the rules of clients that may relay.</summary>
public sealed class SenderCheckClientContractTests : FilterContractTests<SenderCheckFilter>
{
    protected override ContractStages AllocationFree => ContractStages.Rcpt;

    protected override void Register(FilterRegistry registry) => registry.AddSenderCheck();

    protected override object CreateOptions() => new SenderCheckFilterOptions { BadMailFrom = ["@example.org-"], LocalSender = "!", SenderRules = ["=.example.org&@example.org"] };

    protected override FakeDns CreateDns() => FakeDns.Empty.AddReverse("192.0.2.1", "mail.example.org").AddAddress("mail.example.org", "192.0.2.1");

    protected override void ArrangePass(FilterHarness harness) => harness.Session.Relay = true;
}
