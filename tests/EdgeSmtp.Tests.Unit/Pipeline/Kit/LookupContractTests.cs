using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

public sealed class LookupContractTests : FilterContractTests<LookupFilter>
{
    protected override ContractStages AllocationFree => ContractStages.Rcpt;

    [Fact]
    public async Task Rcpt_Listed_Refuses()
    {
        using FilterHarness harness = FilterHarness.Of(Register, dns: FakeDns.Empty.AddAddress("listed.example", "127.0.0.2").Delay("listed.example", TimeSpan.FromSeconds(1)));
        await harness.ConnectAsync();
        ValueTask<Verdict> pending = harness.RcptAsync();
        Assert.False(pending.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(LookupFilter.Listed, (await pending).Reason);
    }

    protected override void Register(FilterRegistry registry) => registry.Add<LookupFilter.Options>("Lookup", static (options, context) => new LookupFilter(options, context));
}
