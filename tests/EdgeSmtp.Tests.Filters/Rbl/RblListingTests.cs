using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>What counts as a listing, and what is said about it.</summary>
public sealed class RblListingTests
{
    private static readonly RblFilterOptions OneList = new() { Zone = "BL.example." };

    [Fact]
    public async Task Rcpt_ListedClient_IsRefused()
    {
        Verdict verdict = await RblTest.RunAsync(OneList, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2"));
        Assert.Same(RblFilter.Listed, verdict.Reason);
        Assert.Equal("bl.example 127.0.0.2, 1 points", verdict.Detail);
    }

    [Fact]
    public async Task Rcpt_UnlistedClient_Passes() => Assert.Null((await RblTest.RunAsync(OneList, FakeDns.Empty)).Reason);

    // RFC 5782 §2.4: nibbles for IPv6, and the answer is IPv4 all the same.
    [Theory]
    [InlineData("2a00:1450:4001::7", "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.4.0.5.4.1.0.0.a.2.bl.example")]
    [InlineData("::ffff:9.8.7.6", "6.7.8.9.bl.example")]
    public async Task Rcpt_V6OrMappedClient_IsLookedUp(string client, string name) =>
        Assert.Same(RblFilter.Listed, (await RblTest.RunAsync(OneList, FakeDns.Empty.AddAddress(name, "127.0.0.2"), client)).Reason);

    [Theory]
    [InlineData("127.0.0.1", "listed")]
    [InlineData("127.255.254.1", "listed")]
    [InlineData("127.255.255.252", "unchecked")]
    [InlineData("127.255.255.254", "unchecked")]
    [InlineData("127.255.255.255", "unchecked")]
    [InlineData("10.0.0.1", null)]
    [InlineData("203.0.113.80", null)]
    [InlineData("::1", null)]
    public async Task Rcpt_WithoutAnswers_EveryLoopbackAnswerButErrorCodesCounts(string answer, string? token) =>
        Assert.Equal(token, (await RblTest.RunAsync(OneList, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", answer))).Reason?.Token);

    [Theory]
    [InlineData("127.0.0.2", "127.0.0.2", true)]
    [InlineData("127.0.0.2", "127.0.0.3", false)]
    [InlineData("127.0.0.[2..11]", "127.0.0.1", false)]
    [InlineData("127.0.0.[2..11]", "127.0.0.2", true)]
    [InlineData("127.0.0.[2..11]", "127.0.0.11", true)]
    [InlineData("127.0.0.[2..11]", "127.0.0.12", false)]
    [InlineData("127.0.[0;2].[1..3;9]", "127.0.2.9", true)]
    [InlineData("127.0.[0;2].[1..3;9]", "127.0.1.9", false)]
    [InlineData("127.[0..255].[0..255].[128..255]", "127.9.9.128", true)]
    [InlineData("127.[0..255].[0..255].[128..255]", "127.9.9.127", false)]
    public async Task Rcpt_WithAnswers_OnlyThoseCount(string pattern, string answer, bool listed)
    {
        RblFilterOptions options = RblTest.Zones(new RblZoneOptions { Zone = "bl.example", Answers = ["127.1.1.1", pattern] });
        Assert.Equal(listed, (await RblTest.RunAsync(options, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", answer))).Kind == VerdictKind.Reject);
    }

    [Theory]
    [InlineData("127.0.0.9", "127.0.0.2")]
    [InlineData("10.0.0.1", "127.0.0.2")]
    [InlineData("127.255.255.254", "127.0.0.2")]
    [InlineData("127.0.0.2", "127.255.255.254")]
    public async Task Rcpt_SeveralAnswers_OneThatCountsIsEnough(string first, string second)
    {
        RblFilterOptions options = RblTest.Zones(new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.2"] });
        Assert.Equal(VerdictKind.Reject, (await RblTest.RunAsync(options, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", first, second))).Kind);
    }

    [Theory]
    [InlineData("192.168.1.1")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    public async Task Connect_NonGlobalClient_IsNotLookedUp(string client)
    {
        using RblTest test = new(OneList, FakeDns.Empty, client);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Empty(test.Harness.Dns.Questions);
    }

    [Fact]
    public async Task Connect_NonGlobalClientNotSkipped_IsLookedUp() =>
        Assert.Same(RblFilter.Listed, (await RblTest.RunAsync(OneList with { SkipNonGlobal = false }, FakeDns.Empty.AddAddress("2.0.0.127.bl.example", "127.0.0.2"), "127.0.0.2")).Reason);

    [Fact]
    public async Task Rcpt_OwnText_StandsInTheReply()
    {
        RblFilterOptions options = RblTest.Zones(new RblZoneOptions { Zone = "bl.example", Text = "%IP% is listed, see https://example.org/?%IP%" });
        FilterReason reason = (await RblTest.RunAsync(options, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2"))).Reason!;
        Assert.Equal("9.8.7.6 is listed, see https://example.org/?9.8.7.6", reason.Text);
        Assert.Equal(("listed", 550, "5.7.1"), (reason.Token, reason.Code, reason.EnhancedCode));
    }

    // rblsmtpd: cut at 200 bytes, bytes outside 32-126 become '?'. Here it also keeps a stranger's zone from writing reply lines.
    [Fact]
    public async Task Rcpt_TxtText_IsMadeHarmless()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2")
            .Add("6.7.8.9.bl.example", new DnsTxtRecord("See\r\n250 ok \u001b[31mé"u8.ToArray(), TimeSpan.Zero));
        Verdict verdict = await RblTest.RunAsync(RblTest.Zones(new RblZoneOptions { Zone = "bl.example", IncludeTxt = true }), dns);
        Assert.Equal("See??250 ok ?[31m??", verdict.Reason?.Text);
    }

    [Theory]
    [InlineData(199, 199)]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    public async Task Rcpt_TxtText_IsCut(int length, int expected)
    {
        FakeDns dns = FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2").AddText("6.7.8.9.bl.example", new string('x', length));
        Verdict verdict = await RblTest.RunAsync(RblTest.Zones(new RblZoneOptions { Zone = "bl.example", IncludeTxt = true }), dns);
        Assert.Equal(expected, verdict.Reason?.Text.Length);
    }

    [Fact]
    public async Task Rcpt_TxtMissing_FallsBackToOwnText()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2");
        Verdict verdict = await RblTest.RunAsync(RblTest.Zones(new RblZoneOptions { Zone = "bl.example", IncludeTxt = true, Text = "Own text" }), dns);
        Assert.Equal("Own text", verdict.Reason?.Text);
    }

    [Fact]
    public async Task Rcpt_TxtNotWanted_IsNotAsked()
    {
        using RblTest test = new(OneList, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2"));
        await test.ToRcptAsync();
        Assert.Equal(DnsRecordType.A, Assert.Single(test.Harness.Dns.Questions).Type);
    }
}
