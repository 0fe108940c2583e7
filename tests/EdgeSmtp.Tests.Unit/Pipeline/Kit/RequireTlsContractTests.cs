using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

public sealed class RequireTlsContractTests : FilterContractTests<RequireTlsFilter>
{
    [Fact]
    public async Task Mail_WithoutTls_Refuses530()
    {
        using FilterHarness harness = new(new RequireTlsFilter()) { Tls = false };
        Assert.Same(RequireTlsFilter.Plaintext, (await harness.RunAsync()).Reason);
    }

    protected override void Register(FilterRegistry registry) => registry.Add("RequireTls", static _ => new RequireTlsFilter());

    protected override void ArrangePass(FilterHarness harness) => harness.Tls = true;
}
