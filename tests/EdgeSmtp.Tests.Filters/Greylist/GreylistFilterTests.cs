using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>Who waits, how long, and who does not.</summary>
public sealed class GreylistFilterTests
{
    [Fact]
    public async Task Triple_New_WaitsAsLongAsTheTextSays()
    {
        using FilterHarness harness = GreylistTest.Harness();
        Verdict verdict = await harness.SendAsync();
        Assert.Equal("451 4.7.1 Greylisted, try again in 300 seconds", $"{verdict.Reason!.Code} {verdict.Reason.EnhancedCode} {verdict.Reason.Text}");
        Assert.Equal(VerdictKind.Defer, verdict.Kind);
        harness.Time.Advance(TimeSpan.FromSeconds(299.5));
        Assert.Equal("Greylisted, try again in 1 seconds", (await harness.SendAsync()).Reason!.Text);
        harness.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(await harness.PassesAsync());
        Assert.True(await harness.PassesAsync());
    }

    [Fact]
    public async Task Triple_TriedTooEarly_IsNotDelayedLonger()
    {
        using FilterHarness harness = GreylistTest.Harness();
        for (int i = 0; i < 5; i++)
        {
            Assert.False(await harness.PassesAsync());
            harness.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(await harness.PassesAsync());
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task Triple_AfterTheRetryWindow_IsNew(int secondsAfter, bool passes)
    {
        using FilterHarness harness = GreylistTest.Harness();
        await harness.SendAsync();
        harness.Time.Advance(TimeSpan.FromDays(2) + TimeSpan.FromSeconds(secondsAfter));
        Assert.Equal(passes, await harness.PassesAsync());
    }

    [Fact]
    public async Task Triple_ThatPassed_IsRememberedWhileItIsSeen()
    {
        using FilterHarness harness = GreylistTest.Harness();
        await harness.SendAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        for (int month = 0; month < 6; month++)
        {
            Assert.True(await harness.PassesAsync());
            harness.Time.Advance(TimeSpan.FromDays(31));
        }

        harness.Time.Advance(TimeSpan.FromDays(4));
        Assert.False(await harness.PassesAsync());
    }

    [Fact]
    public async Task Clock_SetBack_DelaysNobodyLonger()
    {
        using FilterHarness harness = GreylistTest.Harness();
        await harness.SendAsync();
        harness.Time.AdjustTime(harness.Time.GetUtcNow() - TimeSpan.FromDays(1));
        Assert.Equal("Greylisted, try again in 300 seconds", (await harness.SendAsync()).Reason!.Text);
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await harness.PassesAsync());
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.200", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("2001:db8::1", "2001:db8::9:9", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public async Task Retry_FromTheSameNetwork_Passes(string first, string second, bool passes)
    {
        using FilterHarness harness = GreylistTest.Harness();
        harness.From(first);
        await harness.SendAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        harness.From(second);
        Assert.Equal(passes, await harness.PassesAsync());
    }

    [Theory]
    [InlineData("a@b.example", "x@example.com", "A@B.example", "X@EXAMPLE.com", true)]
    [InlineData("a@b.example", "x@example.com", "c@b.example", "x@example.com", false)]
    [InlineData("a@b.example", "x@example.com", "a@b.example", "y@example.com", false)]
    [InlineData("", "x@example.com", "", "x@example.com", true)]
    [InlineData("", "x@example.com", "a@b.example", "x@example.com", false)]
    [InlineData("", "x@example.com", "", "y@example.com", false)]
    public async Task Retry_OfTheSameTriple_Passes(string from, string to, string laterFrom, string laterTo, bool passes)
    {
        using FilterHarness harness = GreylistTest.Harness();
        await harness.SendAsync(from, to);
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(passes, await harness.PassesAsync(laterFrom, laterTo));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sender_ThatNumbersItsMessages_IsOneWhenNormalized(bool normalize)
    {
        using FilterHarness harness = GreylistTest.Harness(GreylistTest.Everywhere with { NormalizeSender = normalize });
        await harness.SendAsync("bounces-1001-rcpt=example.com@lists.example");
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await harness.PassesAsync("bounces-1001-rcpt=example.com@lists.example"));
        Assert.Equal(normalize, await harness.PassesAsync("bounces-20002-rcpt=example.com@lists.example"));
        Assert.False(await harness.PassesAsync("bounces-20002-rcpt=example.com@lists2.example"));
    }

    [Fact]
    public async Task Client_WhoseTriplesPassed_IsAllowed()
    {
        using FilterHarness harness = GreylistTest.Harness(GreylistTest.Everywhere with { AutoAllowAfter = 3 });
        await PassAsync(harness, 2);
        Assert.False(await harness.PassesAsync("fresh@b.example"));
        await PassAsync(harness, 3);
        Assert.True(await harness.PassesAsync("fresher@b.example"));
        harness.From("192.0.2.77");
        Assert.True(await harness.PassesAsync("any@b.example"));
        harness.From("198.51.100.1");
        Assert.False(await harness.PassesAsync("any@b.example"));
    }

    [Fact]
    public async Task Client_Allowed_IsForgottenWhenItStaysAway()
    {
        using FilterHarness harness = GreylistTest.Harness(GreylistTest.Everywhere with { AutoAllowAfter = 1 });
        await PassAsync(harness, 1);
        harness.Time.Advance(TimeSpan.FromDays(34));
        Assert.True(await harness.PassesAsync("x@b.example"));
        harness.Time.Advance(TimeSpan.FromDays(34));
        Assert.True(await harness.PassesAsync("y@b.example"));
        harness.Time.Advance(TimeSpan.FromDays(35));
        Assert.False(await harness.PassesAsync("z@b.example"));
    }

    [Fact]
    public async Task Client_WithoutAutoAllow_IsNeverAllowed()
    {
        using FilterHarness harness = GreylistTest.Harness(GreylistTest.Everywhere with { AutoAllowAfter = 0 });
        await PassAsync(harness, 20);
        Assert.False(await harness.PassesAsync("fresh@b.example"));
    }

    [Theory]
    [InlineData("example.com", "x@example.com", true)]
    [InlineData("Example.COM.", "x@example.com", true)]
    [InlineData("example.com", "x@sub.example.com", false)]
    [InlineData(".example.com", "x@sub.example.com", true)]
    [InlineData(".example.com", "x@deep.sub.example.com", true)]
    [InlineData(".example.com", "x@example.com", false)]
    [InlineData("example.com", "x@notexample.com", false)]
    [InlineData("*", "x@anything.example", true)]
    [InlineData("*", "postmaster", true)]
    public async Task Domain_ThatAsksForIt_IsGreylisted(string entry, string recipient, bool greylisted)
    {
        using FilterHarness harness = GreylistTest.Harness(new GreylistFilterOptions { Domains = ["other.example", entry] });
        Assert.Equal(!greylisted, await harness.PassesAsync(to: recipient));
    }

    [Fact]
    public async Task Domains_NoneListed_NothingIsGreylisted()
    {
        using FilterHarness harness = GreylistTest.Harness(new GreylistFilterOptions());
        Assert.True(await harness.PassesAsync());
        Assert.True(await harness.PassesAsync(to: "postmaster"));
    }

    [Fact]
    public async Task User_LoggedIn_IsNotGreylisted()
    {
        using FilterHarness harness = GreylistTest.Harness();
        harness.Session.User = "joe";
        Assert.True(await harness.PassesAsync());
    }

    [Theory]
    [InlineData("big.example", SpfStatus.Pass, SpfIdentity.MailFrom, "big.example", SpfSource.Record, true)]
    [InlineData("*", SpfStatus.Pass, SpfIdentity.MailFrom, "big.example", SpfSource.Record, true)]
    [InlineData(".big.example", SpfStatus.Pass, SpfIdentity.MailFrom, "big.example", SpfSource.Record, false)]
    [InlineData("big.example", SpfStatus.Neutral, SpfIdentity.MailFrom, "big.example", SpfSource.Record, false)]
    [InlineData("big.example", SpfStatus.Pass, SpfIdentity.Hello, "big.example", SpfSource.Record, false)]
    [InlineData("big.example", SpfStatus.Pass, SpfIdentity.MailFrom, "other.example", SpfSource.Record, false)]
    [InlineData("big.example", SpfStatus.Pass, SpfIdentity.MailFrom, "big.example", SpfSource.LocalPolicy, false)]
    public async Task Sender_OfABigDomainThatSpfVouchesFor_IsNotGreylisted(
        string entry, SpfStatus status, SpfIdentity identity, string domain, SpfSource source, bool passes)
    {
        using FilterHarness harness = GreylistTest.Harness(GreylistTest.Everywhere with { SpfPassDomains = [entry] });
        await harness.MailAsync("news@big.example");
        HarnessContext.Set(harness.Transaction, AuthenticationFacts.Spf, new SpfResult(status, identity, domain) { Source = source });
        Assert.Equal(passes, (await harness.RcptAsync()).Reason is null);
    }

    [Fact]
    public async Task Sender_OfABigDomainWithoutSpfFilter_IsGreylisted()
    {
        using FilterHarness harness = GreylistTest.Harness(GreylistTest.Everywhere with { SpfPassDomains = ["*"] });
        Assert.False(await harness.PassesAsync());
    }

    [Fact]
    public async Task Qmtp_IsGreylistedToo()
    {
        using FilterHarness harness = GreylistTest.Harness();
        harness.Session.ProtocolInUse = SessionProtocol.Qmtp;
        Assert.False(await harness.PassesAsync());
    }

    private static async Task PassAsync(FilterHarness harness, int triples)
    {
        for (int i = 0; i < triples; i++)
        {
            await harness.SendAsync($"{(char)('a' + i)}@pass{triples}.example");
        }

        harness.Time.Advance(TimeSpan.FromMinutes(5));
        for (int i = 0; i < triples; i++)
        {
            Assert.True(await harness.PassesAsync($"{(char)('a' + i)}@pass{triples}.example"));
        }
    }
}
