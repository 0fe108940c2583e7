using System.Net;
using EdgeSmtp.Protocol.Addresses;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Addresses;

public sealed class AddressLiteralTests
{
    [Theory]
    [InlineData("[192.0.2.1]", "192.0.2.1")]
    [InlineData("[0.0.0.0]", "0.0.0.0")]
    [InlineData("[255.255.255.255]", "255.255.255.255")]
    [InlineData("[IPv6:::1]", "::1")]
    [InlineData("[IPV6:2001:DB8::A]", "2001:db8::a")]
    [InlineData("[IPv6:1:2:3:4:5:6:7:8]", "1:2:3:4:5:6:7:8")]
    [InlineData("[IPv6:::ffff:192.0.2.1]", "192.0.2.1")]
    [InlineData("[IPv6:1111:2222:3333:4444:5555:6666:255.255.255.255]", "1111:2222:3333:4444:5555:6666:ffff:ffff")]
    public void TryParse_Rfc5321Section4_1_3_IsTaken(string text, string address)
    {
        Assert.True(AddressLiteral.TryParse(Bytes.Of(text), out IPAddress? parsed));
        Assert.Equal(IPAddress.Parse(address), parsed);
        Assert.True(AddressLiteral.TryParse(Bytes.Of(AddressLiteral.Format(parsed)), out IPAddress? again));
        Assert.Equal(parsed, again);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("[192.0.2.1")]
    [InlineData("[]")]
    [InlineData("[192.0.2]")]
    [InlineData("[192.0.2.1.5]")]
    [InlineData("[192.0.2.]")]
    [InlineData("[192.0..1]")]
    [InlineData("[192.0.2.01]")]
    [InlineData("[192.0.2.256]")]
    [InlineData("[0x7f.0.0.1]")]
    [InlineData("[3221225985]")]
    [InlineData("[192.0.2.1 ]")]
    [InlineData("[::1]")]
    [InlineData("[IPv6:]")]
    [InlineData("[IPv6:::1%eth0]")]
    [InlineData("[IPv6:[::1]]")]
    [InlineData("[IPv6:::1]:25")]
    [InlineData("[IPv6:1:2]")]
    [InlineData("[IPv6:::ffff:192.0.2.01]")]
    [InlineData("[IPv6:192.0.2.1]")]
    [InlineData("[tag:content]")]
    [InlineData("[IPv6:11111::1]")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(AddressLiteral.TryParse(Bytes.Of(text), out _));
}
