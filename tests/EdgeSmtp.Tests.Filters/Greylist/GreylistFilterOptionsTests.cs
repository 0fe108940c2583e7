using EdgeSmtp.Filters.Greylist;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

public sealed class GreylistFilterOptionsTests
{
    [Theory]
    [InlineData("*", true)]
    [InlineData("example.com", true)]
    [InlineData(".example.com", true)]
    [InlineData("xn--bcher-kva.example.", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..example.com", false)]
    [InlineData("*.example.com", false)]
    [InlineData("bücher.example", false)]
    [InlineData("a b.example", false)]
    [InlineData("user@example.com", false)]
    public void Domains_AreDomains(string domain, bool valid)
    {
        Assert.Equal(valid, OptionsOf.AreValid(new GreylistFilterOptions { Domains = [domain] }));
        Assert.Equal(valid, OptionsOf.AreValid(new GreylistFilterOptions { SpfPassDomains = [domain] }));
    }

    [Fact]
    public void Domains_TooLong_AreRefused()
    {
        Assert.True(OptionsOf.AreValid(new GreylistFilterOptions { Domains = [new string('a', 255)] }));
        Assert.False(OptionsOf.AreValid(new GreylistFilterOptions { Domains = [new string('a', 256)] }));
    }

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void Domains_HaveALimit(int count, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(new GreylistFilterOptions { Domains = [.. Enumerable.Repeat("a.example", count)] }));

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, false)]
    [InlineData(61, false)]
    public void Delay_IsShorterThanTheWindow(int seconds, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(new GreylistFilterOptions { Delay = TimeSpan.FromSeconds(seconds), RetryWindow = TimeSpan.FromMinutes(1) }));
}
