using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>The contract again with a backend behind guard and cache: once it has answered, the answer costs nothing.</summary>
public sealed class RecipientsRemoteContractTests : FilterContractTests<RecipientsFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddRecipients();

    protected override object CreateOptions() => RecipientsTest.Options(["*:corp"], ("corp", FakeBackend.Of("rcpt@example.com")));

    protected override void ArrangePass(FilterHarness harness) => harness.Session.RecipientsAreUnverified = true;
}
