using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Xunit;
using Xunit;

namespace Acme.Tests;

/// <summary>The tests of the filter, and those that every filter inherits.</summary>
public sealed class AcmeFilterTests : FilterContractTests<AcmeFilter>
{
    [Theory]
    [InlineData("a@spam.example", true)]
    [InlineData("a@SPAM.example", true)]
    [InlineData("a@good.example", false)]
    [InlineData("", false)]
    public async Task Mail_FromADomain_IsRefusedWhenListed(string sender, bool isRefused)
    {
        using FilterHarness harness = new(new AcmeFilter(new AcmeFilterOptions { Domains = ["spam.example"] }));
        Verdict verdict = await harness.MailAsync(sender, TestContext.Current.CancellationToken);
        Assert.Equal(isRefused ? AcmeFilter.Listed : null, verdict.Reason);
    }

    protected override void Register(FilterRegistry registry) => new AcmePlugIn().Register(registry);
}
