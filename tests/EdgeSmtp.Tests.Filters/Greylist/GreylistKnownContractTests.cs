using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>With a domain that asks for it, a triple that has passed before, and a client on its way to the allowlist.</summary>
public sealed class GreylistKnownContractTests : FilterContractTests<GreylistFilter>
{
    protected override void Register(FilterRegistry registry) => registry.AddGreylist();

    protected override object CreateOptions() => new GreylistFilterOptions { Domains = ["example.com"], Delay = TimeSpan.FromSeconds(1), PendingMax = 100, PassedMax = 100, ClientsMax = 100 };

    protected override void ArrangePass(FilterHarness harness)
    {
        harness.SendAsync().GetAwaiter().GetResult();
        harness.Time.Advance(TimeSpan.FromSeconds(1));
    }
}
