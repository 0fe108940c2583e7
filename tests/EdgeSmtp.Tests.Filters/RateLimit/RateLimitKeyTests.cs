using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>Who shares a bucket with whom.</summary>
public sealed class RateLimitKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 32, 64, false)]
    [InlineData("192.0.2.1", "192.0.2.2", 24, 64, true)]
    [InlineData("192.0.2.1", "192.0.3.1", 24, 64, false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", 32, 64, true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", 32, 64, true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", 32, 64, false)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", 32, 48, true)]
    public async Task Client_IsItsNetwork(string one, string other, int prefixV4, int prefixV6, bool share)
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 2, PrefixV4 = prefixV4, PrefixV6 = prefixV6 });
        harness.From(one);
        Assert.Equal(2, await harness.CountAsync());
        harness.From(other);
        Assert.Equal(share ? 0 : 2, await harness.CountAsync());
    }

    [Theory]
    [InlineData("a.example", "A.EXAMPLE.", true)]
    [InlineData("a.example", "b.example", false)]
    public async Task Helo_IsOneNameFromOneNetwork(string one, string other, bool share)
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.Helo, Rate = 2 });
        harness.Session.HelloText = one;
        Assert.Equal(2, await harness.CountAsync());
        harness.NextSession();
        harness.Session.HelloText = other;
        Assert.Equal(share ? 0 : 2, await harness.CountAsync());

        // Anybody can say it: a stranger does not use up what its owner has.
        harness.From("198.51.100.1");
        harness.Session.HelloText = one;
        Assert.Equal(2, await harness.CountAsync());
    }

    [Fact]
    public async Task Helo_NotGiven_IsNotLimited()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.Helo, Rate = 2 });
        harness.Session.HelloText = null;
        Assert.Equal(100, await harness.CountAsync());
    }

    [Theory]
    [InlineData("a@b.example", "A@B.example", true)]
    [InlineData("a@b.example", "\"a\"@b.example", true)]
    [InlineData("a@b.example", "c@b.example", false)]
    [InlineData("", "", true)]
    [InlineData("", "a@b.example", false)]
    public async Task Sender_IsOneAddressFromOneNetwork(string one, string other, bool share)
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.Sender, Rate = 2 });
        Assert.Equal(2, await harness.CountAsync(one));
        Assert.Equal(share ? 0 : 2, await harness.CountAsync(other));
        harness.From("198.51.100.1");
        Assert.Equal(2, await harness.CountAsync(one));
    }

    [Fact]
    public async Task Sender_ThatSpfVouchesFor_IsOneWhereverItComesFrom()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.Sender, Rate = 2 });
        Assert.True(await SendWithSpfAsync(harness, "192.0.2.1", SpfStatus.Pass));
        Assert.True(await SendWithSpfAsync(harness, "198.51.100.1", SpfStatus.Pass));
        Assert.False(await SendWithSpfAsync(harness, "203.0.113.1", SpfStatus.Pass));

        // Without it, a network of its own.
        Assert.True(await SendWithSpfAsync(harness, "203.0.113.1", SpfStatus.SoftFail));
    }

    [Theory]
    [InlineData(SpfStatus.Pass, SpfIdentity.Hello, "example.org", SpfSource.Record)]
    [InlineData(SpfStatus.Pass, SpfIdentity.MailFrom, "other.example", SpfSource.Record)]
    [InlineData(SpfStatus.Pass, SpfIdentity.MailFrom, "example.org", SpfSource.LocalPolicy)]
    [InlineData(SpfStatus.Neutral, SpfIdentity.MailFrom, "example.org", SpfSource.Record)]
    [InlineData(SpfStatus.TempError, SpfIdentity.MailFrom, "example.org", SpfSource.Record)]
    public async Task Sender_ThatSpfDoesNotVouchFor_IsOneOfItsNetwork(SpfStatus status, SpfIdentity identity, string domain, SpfSource source)
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.Sender, Rate = 1 });
        foreach (string address in new[] { "192.0.2.1", "198.51.100.1" })
        {
            harness.From(address);
            await harness.MailAsync();
            HarnessContext.Set(harness.Transaction, AuthenticationFacts.Spf, new SpfResult(status, identity, domain) { Source = source });
            Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync()).Kind);
        }
    }

    [Fact]
    public async Task User_IsOneFromAnywhere_UnlessAskedOtherwise()
    {
        foreach (bool perNetwork in new[] { false, true })
        {
            using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.User, Rate = 2, PerNetwork = perNetwork });
            Assert.Equal(100, await harness.CountAsync());
            harness.Session.User = "joe";
            Assert.Equal(2, await harness.CountAsync());
            harness.From("198.51.100.1");
            harness.Session.User = "Joe";
            Assert.Equal(perNetwork ? 2 : 0, await harness.CountAsync());
            harness.Session.User = "ann";
            Assert.Equal(2, await harness.CountAsync());
        }
    }

    [Fact]
    public async Task RecipientDomain_IsOneFromAnywhere_UnlessAskedOtherwise()
    {
        foreach (bool perNetwork in new[] { false, true })
        {
            using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.RecipientDomain, Rate = 2, PerNetwork = perNetwork });
            Assert.Equal(2, await harness.CountAsync("a@b.example", "x@example.com", "y@EXAMPLE.com"));
            harness.From("198.51.100.1");
            Assert.Equal(perNetwork ? 2 : 0, await harness.CountAsync("a@b.example", "z@example.com"));
            Assert.Equal(2, await harness.CountAsync("a@b.example", "z@example.net"));
        }
    }

    [Fact]
    public async Task RecipientDomains_OfOneMessage_CountOnceEach()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Key = RateKeyKind.RecipientDomain, Rate = 2 });
        Assert.Equal(2, await harness.CountAsync("a@b.example", "1@example.com", "1@example.net", "2@example.com", "2@example.net"));
        Assert.Equal(VerdictKind.Defer, await harness.SendAsync("a@b.example", "x@example.net"));
    }

    [Theory]
    [InlineData(RateMatch.Any, 2, 2)]
    [InlineData(RateMatch.Relay, 2, 100)]
    [InlineData(RateMatch.Strangers, 100, 2)]
    public async Task Match_ChoosesClients(RateMatch match, int ofRelay, int ofStranger)
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 2, Match = match });
        harness.Session.Relay = true;
        Assert.Equal(ofRelay, await harness.CountAsync());
        harness.From("198.51.100.1");
        Assert.Equal(ofStranger, await harness.CountAsync());
    }

    [Fact]
    public async Task Protocol_IsAnyOfThem()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 2 });
        harness.Session.ProtocolInUse = SessionProtocol.Qmtp;
        Assert.Equal(2, await harness.CountAsync());
    }

    private static async Task<bool> SendWithSpfAsync(FilterHarness harness, string address, SpfStatus status)
    {
        harness.From(address);
        await harness.MailAsync();
        HarnessContext.Set(harness.Transaction, AuthenticationFacts.Spf, new SpfResult(status, SpfIdentity.MailFrom, "example.org"));
        return (await harness.RcptAsync()).Kind == VerdictKind.Continue;
    }
}
