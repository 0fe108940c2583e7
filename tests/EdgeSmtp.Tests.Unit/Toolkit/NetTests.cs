using System.Net;
using EdgeSmtp.Toolkit.Net;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class NetTests
{
    // RFC 5782 §2.1 and §2.4 give the first and the third of these.
    [Theory]
    [InlineData("192.0.2.99", "99.2.0.192.bad.example.com")]
    [InlineData("0.0.0.0", "0.0.0.0.bad.example.com")]
    [InlineData("2001:db8:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bad.example.com")]
    [InlineData("::ffff:192.0.2.99", "99.2.0.192.bad.example.com")]
    [InlineData("::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bad.example.com")]
    [InlineData("fe80::1%7", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.bad.example.com")]
    public void ReverseName_OfAddress_IsThatOfTheList(string address, string expected) => Assert.Equal(expected, ReverseName.Of(IPAddress.Parse(address), "bad.example.com"));

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa")]
    public void ReverseName_Pointer_IsThatOfTheReverseZone(string address, string expected) => Assert.Equal(expected, ReverseName.Pointer(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("2a00:1450:4001::1", true)]
    [InlineData("9.255.255.255", true)]
    [InlineData("10.0.0.0", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("11.0.0.0", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.64.0.0", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.0", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("3fff::1", false)]
    public void GlobalAddress_IsGlobal_FollowsTheRegistries(string address, bool expected) => Assert.Equal(expected, GlobalAddress.IsGlobal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1/32")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    public void ClientNetwork_OfClient_IsAddressOrSlash64(string address, string expected)
    {
        ClientNetwork network = ClientNetwork.Of(IPAddress.Parse(address));
        Assert.Equal(expected, network.ToString());
        Assert.Equal(network, ClientNetwork.Parse(expected, null));
    }

    [Theory]
    [InlineData("192.0.2.77", 24, "192.0.2.0/24")]
    [InlineData("192.0.2.77", 0, "0.0.0.0/0")]
    public void ClientNetwork_WithPrefix_IsMasked(string address, int prefix, string expected) => Assert.Equal(expected, ClientNetwork.Of(IPAddress.Parse(address), prefix).ToString());

    [Fact]
    public void ClientNetwork_V4AndV6OfEqualBits_Differ() =>
        Assert.NotEqual(ClientNetwork.Of(IPAddress.Parse("0.0.0.1"), 32), ClientNetwork.Of(IPAddress.Parse("::1"), 32, 128));

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1/33")]
    [InlineData("rubbish/32")]
    public void ClientNetwork_TryParse_RefusesRubbish(string text) => Assert.False(ClientNetwork.TryParse(text, null, out _));

    [Theory]
    [InlineData(-1, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 129)]
    public void ClientNetwork_PrefixOutOfRange_Throws(int v4, int v6) => Assert.Throws<ArgumentOutOfRangeException>(() => ClientNetwork.Of(IPAddress.Loopback, v4, v6));
}
