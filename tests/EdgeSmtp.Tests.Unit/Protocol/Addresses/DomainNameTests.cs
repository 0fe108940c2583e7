using EdgeSmtp.Protocol.Addresses;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Addresses;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("Example.COM", "example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("stra\u00dfe.example", "xn--strae-oqa.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("a-b.c0", "a-b.c0")]
    public void ToALabel_Domain_IsLowerCasedWithoutDot(string domain, string expected) => Assert.Equal(expected, DomainName.ToALabel(domain));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("-a")]
    [InlineData("a-.b")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("a\r")]
    [InlineData("[192.0.2.1]")]
    [InlineData("\u2603.example")]
    [InlineData("-\u00fc.example")]
    [InlineData("\u00fc-.example")]
    [InlineData("\u00fcx--x.example")]
    [InlineData("xn--\u00fc.example")]
    [InlineData("a\u3002b")]
    [InlineData("\uff41bc.example")]
    [InlineData("\u0301a.example")]
    [InlineData("\u00fc\u2028.example")]
    public void ToALabel_NoDomain_IsNull(string domain) => Assert.Null(DomainName.ToALabel(domain));

    [Theory]
    [InlineData(63, PathError.None)]
    [InlineData(64, PathError.DomainTooLong)]
    public void TryToALabel_LabelAroundItsLimit_Rfc1035Section2_3_4(int length, PathError error) =>
        Assert.Equal(error, DomainName.TryToALabel(Bytes.Of(new string('a', length) + ".example"), false, false, out _));

    [Fact]
    public void TryToALabel_LongULabel_IsTooLong() =>
        Assert.Equal(PathError.DomainTooLong, DomainName.TryToALabel(Bytes.Utf8(new string('\u00fc', 60)), true, false, out _));

    [Theory]
    [InlineData(255, PathError.None)]
    [InlineData(256, PathError.DomainTooLong)]
    public void TryToALabel_DomainAroundItsLimit_Rfc5321Section4_5_3_1_2(int length, PathError error)
    {
        string domain = string.Join('.', Enumerable.Repeat(new string('a', 50), 6))[..length];
        Assert.Equal(error, DomainName.TryToALabel(Bytes.Of(domain), false, false, out _));
    }

    [Fact]
    public void IsValid_UnderscoreAndUtf8_AreOptions()
    {
        Assert.True(DomainName.IsValid("_dmarc.example"u8));
        Assert.False(DomainName.IsValid("_dmarc.example"u8, allowUnderscore: false));
        Assert.False(DomainName.IsValid(Bytes.Utf8("\u00fc.example")));
        Assert.True(DomainName.IsValid(Bytes.Utf8("\u00fc.example"), allowUtf8: true));
    }
}
