using EdgeSmtp.Filters.RateLimit;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

public sealed class RateLimitOptionsTests
{
    [Fact]
    public void Limits_AreNeeded()
    {
        Assert.False(OptionsOf.AreValid(new RateLimitFilterOptions()));
        Assert.True(OptionsOf.AreValid(RateLimitTest.Options(("a", new RateLimitOptions()))));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Limits_HaveALimit(int count, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(RateLimitTest.Options([.. Enumerable.Range(0, count).Select(static i => ($"l{i}", new RateLimitOptions()))])));

    [Theory]
    [InlineData("per-client-1", true)]
    [InlineData("", false)]
    [InlineData("Per", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("0123456789012345678901234567890123456789", true)]
    [InlineData("01234567890123456789012345678901234567890", false)]
    public void Name_IsAToken(string name, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(RateLimitTest.Options((name, new RateLimitOptions()))));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1_000_000_000_000, true)]
    [InlineData(1_000_000_000_001, false)]
    public void Rate_HasItsRange(long rate, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { Rate = rate }));

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(44_640, 1, true)]
    [InlineData(44_641, 1, false)]
    [InlineData(1_000_000_000_000, 1_000_000_000_000, true)]
    [InlineData(1_000_000_000_001, 1_000_000_000_000, false)]
    public void Burst_HasItsRangeAndIsGivenBackInAMonth(long burst, long rate, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { Rate = rate, Burst = burst }));

    [Theory]
    [InlineData("00:00:00.9999999", false)]
    [InlineData("00:00:01", true)]
    [InlineData("7.00:00:00", true)]
    [InlineData("7.00:00:00.0000001", false)]
    public void Period_HasItsRange(string period, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { Period = TimeSpan.Parse(period, System.Globalization.CultureInfo.InvariantCulture) }));

    [Theory]
    [InlineData(8, 16, true)]
    [InlineData(32, 64, true)]
    [InlineData(7, 64, false)]
    [InlineData(33, 64, false)]
    [InlineData(32, 15, false)]
    [InlineData(32, 65, false)]
    public void Prefixes_HaveTheirRanges(int v4, int v6, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { PrefixV4 = v4, PrefixV6 = v6 }));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10_000_000, true)]
    [InlineData(10_000_001, false)]
    public void KeysMax_HasItsRange(int keys, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { KeysMax = keys }));

    [Theory]
    [InlineData(-100.1, false)]
    [InlineData(-100, true)]
    [InlineData(100, true)]
    [InlineData(100.1, false)]
    public void Points_HaveTheirRange(double points, bool valid) => Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { Points = points }));

    [Theory]
    [InlineData(RateUnit.Connections, RateKeyKind.Client, true)]
    [InlineData(RateUnit.Connections, RateKeyKind.Helo, false)]
    [InlineData(RateUnit.Connections, RateKeyKind.User, false)]
    [InlineData(RateUnit.Failures, RateKeyKind.Client, true)]
    [InlineData(RateUnit.Failures, RateKeyKind.Helo, true)]
    [InlineData(RateUnit.Failures, RateKeyKind.User, true)]
    [InlineData(RateUnit.Failures, RateKeyKind.Sender, false)]
    [InlineData(RateUnit.Failures, RateKeyKind.RecipientDomain, false)]
    [InlineData(RateUnit.Bytes, RateKeyKind.RecipientDomain, true)]
    public void Key_MustBeKnownWhenTheUnitIsCounted(RateUnit unit, RateKeyKind key, bool valid) =>
        Assert.Equal(valid, OptionsOf.AreValid(new RateLimitOptions { Unit = unit, Key = key }));
}
