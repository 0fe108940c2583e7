using System.Net;
using System.Text;
using EdgeSmtp.Sessions.Access;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

/// <summary>The order of look-up: that of tcpserver with the networks of ucspi-tcp6.</summary>
public sealed class AccessRulesTests
{
    private static readonly string[] InOrder =
    [
        "joe@10.1.2.3", "joe@=a.b.example", "10.1.2.3", "=a.b.example", "10.1.2.", "10.1.", "10.", "10.1.2.0/30", "10.1.0.0/16", "8.0.0.0/5", "=.b.example", "=.example", "=", "",
    ];

    // Each rule counts when all before it are taken away, and none of those behind it does.
    [Fact]
    public void Find_EveryKindAtOnce_FollowsTheOrder()
    {
        for (int first = 0; first < InOrder.Length; first++)
        {
            using AccessRules rules = Rules([.. InOrder.Skip(first).Reverse()]);

            rules.Explain(IPAddress.Parse("10.1.2.3"), "A.B.Example", "joe", out string address);

            Assert.Equal(InOrder[first].Length == 0 ? "default" : InOrder[first], address);
        }
    }

    [Fact]
    public void Find_IPv6_FollowsTheOrder()
    {
        string[] order = ["joe@2001:db8::5", "2001:db8::5", "=a.example", "2001:db8::4/126", "2001:db8::/32", "2000::/3", "=.example", "=", ""];
        for (int first = 0; first < order.Length; first++)
        {
            using AccessRules rules = Rules([.. order.Skip(first)]);

            rules.Explain(IPAddress.Parse("2001:db8::5"), "a.example", "joe", out string address);

            Assert.Equal(order[first].Length == 0 ? "default" : order[first], address);
        }
    }

    [Fact]
    public void Find_WithoutName_SkipsTheRulesOfNames()
    {
        using AccessRules rules = Rules("=a.example", "=.example", "=", "");

        rules.Explain(IPAddress.Parse("192.0.2.1"), null, null, out string address);

        Assert.Equal("default", address);
    }

    [Fact]
    public void Find_NothingFits_IsNull()
    {
        using AccessRules rules = Rules("10.", "=.example");

        Assert.Null(rules.Find(IPAddress.Parse("192.0.2.1"), "host.other"));
    }

    [Fact]
    public void Find_SuffixWithoutItsDot_IsAWholeName()
    {
        using AccessRules rules = Rules("=example");

        Assert.Null(rules.Find(IPAddress.Parse("192.0.2.1"), "host.example"));
        Assert.NotNull(rules.Find(IPAddress.Parse("192.0.2.1"), "example"));
    }

    [Fact]
    public void Find_OneAddressTwice_TheFirstRuleCounts()
    {
        RuleTable table = new();
        AccessRule first = new("first", new RuleText(false, []), AccessSettings.Default);
        table.Add("192.0.2.1"u8.ToArray(), first);
        table.Add("192.0.2.1"u8.ToArray(), first with { Place = "second" });
        using AccessRules rules = new(table);

        Assert.Same(first, rules.Find(IPAddress.Parse("192.0.2.1"), null));
    }

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("192.0.2.2", false)]
    public void TryFindUnnamed_WithRulesOfNames_OnlyAnExactAddressNeedsNone(string client, bool expected)
    {
        using AccessRules rules = Rules("192.0.2.1", "192.0.2.", "=.example", "");

        Assert.True(rules.NeedsNames);
        Assert.Equal(expected, rules.TryFindUnnamed(IPAddress.Parse(client), out AccessRule? rule));
        Assert.Equal(expected, rule is not null);
    }

    [Fact]
    public void TryFindUnnamed_WithoutRulesOfNames_IsTheAnswer()
    {
        using AccessRules rules = Rules("192.0.2.", "");

        Assert.False(rules.NeedsNames);
        Assert.True(rules.TryFindUnnamed(IPAddress.Parse("203.0.113.1"), out AccessRule? rule));
        Assert.NotNull(rule);
    }

    [Fact]
    public void Find_HugeName_FindsNoName()
    {
        using AccessRules rules = Rules("=.example", "");

        rules.Explain(IPAddress.Parse("192.0.2.1"), new string('a', 2000) + ".example", new string('b', 2000), out string address);

        Assert.Equal("=.example", address);
    }

    // A connection is looked up before anything is known about it: not even garbage may be made.
    [Fact]
    public void Find_InMemory_AllocatesNothing()
    {
        using AccessRules rules = Rules(InOrder);
        IPAddress client = IPAddress.Parse("10.9.2.3");
        rules.Find(client, "mail.other.example", "joe");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            rules.Find(client, "mail.other.example", "joe");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static AccessRules Rules(params string[] addresses)
    {
        RuleSource source = RuleSource.Parse(Encoding.UTF8.GetBytes(string.Concat(addresses.Select(static address => $"{address}:allow\n"))));
        Assert.Empty(source.Problems);
        RuleTable table = new();
        foreach (RuleLine line in source.Rules)
        {
            table.Add(Assert.Single(line.Keys), new AccessRule($"line {line.Number}", line.Text, AccessSettings.Default));
        }

        return new AccessRules(table);
    }
}
