using System.Net;
using System.Text;
using EdgeSmtp.Sessions.Access;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

public sealed class RuleAddressTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("10.", "10.")]
    [InlineData("10.0.", "10.0.")]
    [InlineData("10.1.2.", "10.1.2.")]
    [InlineData("192.0.2.37-39", "192.0.2.37 192.0.2.38 192.0.2.39")]
    [InlineData("10.1-3.", "10.1. 10.2. 10.3.")]
    [InlineData("1-2.4.5.6", "1.4.5.6 2.4.5.6")]
    [InlineData("192.0.2.255-255", "192.0.2.255")]
    [InlineData("10.0.0.0/8", "_0000e0g0")]
    [InlineData("127./8", "_0bcdefgh")]
    [InlineData("255.255.255.255/32", "_abcdefghijklmnopqrstuvwxyz123456")]
    [InlineData("128.0.0.0/1", "_a")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("2001:DB8:0:0:0:0:0:2", "2001:db8::2")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("8000::/1", "^`")]
    [InlineData("a000::/4", "^`0a0")]
    [InlineData("=Mail.Example.NET", "=mail.example.net")]
    [InlineData("=mail.example.net.", "=mail.example.net")]
    [InlineData("=.Example", "=.example")]
    [InlineData("=", "=")]
    [InlineData("joe@192.0.2.1", "joe@192.0.2.1")]
    [InlineData("joe@example.com@192.0.2.1", "joe@example.com@192.0.2.1")]
    [InlineData("Joe@=Host.Example", "Joe@=host.example")]
    [InlineData("joe@2001:DB8::1", "joe@2001:db8::1")]
    public void Expand_EachForm_GivesTheKeysOfTcprules(string address, string expected)
    {
        List<byte[]> keys = [];

        Assert.Null(RuleAddress.Expand(address, keys, out string? warning));

        Assert.Null(warning);
        Assert.Equal(expected.Split(' '), keys.Select(Encoding.UTF8.GetString));
        Assert.All(keys, static key => Assert.True(RuleAddress.IsReachable(key)));
    }

    [Theory]
    [InlineData("10.1.2")]
    [InlineData("10")]
    [InlineData(".")]
    [InlineData("10..")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("010.1.2.3")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.9-3")]
    [InlineData("1.2.3.250-256")]
    [InlineData("1.2.3.-4")]
    [InlineData("1-2.3.4")]
    [InlineData("1.2.3.4/0")]
    [InlineData("1.2.3.4/33")]
    [InlineData("1.2.3.4/")]
    [InlineData("/8")]
    [InlineData("1.2.3.4/8/9")]
    [InlineData("2001:db8::/0")]
    [InlineData("2001:db8::/129")]
    [InlineData("::ffff:192.0.2.0/120")]
    [InlineData("2001:db8:::1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("host.example")]
    [InlineData("=bad host")]
    [InlineData("=a..b")]
    [InlineData("=.")]
    [InlineData("=b\u00fccher.example")]
    [InlineData("@192.0.2.1")]
    [InlineData("joe@")]
    [InlineData("joe@=")]
    [InlineData("joe@=.example")]
    [InlineData("joe@10.")]
    public void Expand_WhatNoLookupAsksFor_IsAnError(string address)
    {
        List<byte[]> keys = [];

        Assert.NotNull(RuleAddress.Expand(address, keys, out _));
    }

    [Fact]
    public void Expand_TooLongName_IsAnError()
    {
        Assert.NotNull(RuleAddress.Expand("=" + new string('a', 256), [], out _));
        Assert.NotNull(RuleAddress.Expand(new string('a', 256) + "@192.0.2.1", [], out _));
        Assert.Null(RuleAddress.Expand(new string('a', 255) + "@=" + new string('b', 255), [], out _));
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    public void Expand_BitsBehindThePrefix_AreTakenAsTcprulesDoesAndPointedOut(string address, string meant)
    {
        List<byte[]> keys = [];

        Assert.Null(RuleAddress.Expand(address, keys, out string? warning));

        Assert.Contains(meant, warning, StringComparison.Ordinal);
        Assert.Equal(meant, RuleAddress.Describe(Assert.Single(keys)));
    }

    // Every prefix length, so that no bit of either kind is written in another way than it is looked up.
    [Theory]
    [InlineData("203.0.113.77")]
    [InlineData("2001:db8:85a3:8d3:1319:8a2e:370:7348")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void Networks_OfEverySize_AreFoundFromTheirAddress(string text)
    {
        IPAddress address = IPAddress.Parse(text);
        int width = address.GetAddressBytes().Length * 8;
        for (int length = 1; length <= width; length++)
        {
            List<byte[]> keys = [];
            Assert.Null(RuleAddress.Expand($"{text}/{length}", keys, out _));
            RuleTable table = new();
            AccessRule rule = new("test", new RuleText(false, []), AccessSettings.Default);
            table.Add(keys[0], rule);
            using AccessRules rules = new(table);

            Assert.Same(rule, rules.Find(address, null));
            Assert.EndsWith($"/{length}", RuleAddress.Describe(keys[0]), StringComparison.Ordinal);
            Assert.True(RuleAddress.IsReachable(keys[0]));
        }
    }

    [Theory]
    [InlineData("=Upper.Example")]
    [InlineData("10.1.0.0/16")]
    [InlineData("2001:DB8::1")]
    [InlineData("2001:db8:0:0:0:0:0:1")]
    [InlineData("nonsense")]
    [InlineData("_0101")]
    public void IsReachable_KeyInAnotherForm_IsNot(string key) => Assert.False(RuleAddress.IsReachable(Encoding.UTF8.GetBytes(key)));
}
