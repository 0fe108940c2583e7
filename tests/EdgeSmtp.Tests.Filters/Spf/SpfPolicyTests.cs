using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>What is ours to decide: local policy (qmail's spfrules) and best guess (spfguess).</summary>
public sealed class SpfPolicyTests
{
    // Before the last run of mechanisms that do not pass: what the domain allows or refuses by name is found before ours, its "-all" after.
    [Theory]
    [InlineData("v=spf1 mx -all", SpfStatus.Pass, SpfSource.LocalPolicy)]
    [InlineData("v=spf1 mx ?exists:x.example.net ~all", SpfStatus.Pass, SpfSource.LocalPolicy)]
    [InlineData("v=spf1", SpfStatus.Pass, SpfSource.LocalPolicy)]
    [InlineData("v=spf1 -ip4:192.0.2.1 mx -all", SpfStatus.Fail, SpfSource.Record)]
    [InlineData("v=spf1 ip4:192.0.2.1 -all", SpfStatus.Pass, SpfSource.Record)]
    [InlineData("v=spf1 redirect=other.example.org", SpfStatus.Pass, SpfSource.LocalPolicy)]
    [InlineData("v=spf1 -include:other.example.org -ip4:198.51.100.1 +mx -all", SpfStatus.Pass, SpfSource.LocalPolicy)]
    public async Task LocalPolicy_StandsBeforeTheLastRefusals(string record, SpfStatus status, SpfSource source)
    {
        FakeDns dns = SpfTest.Record(record).AddText("other.example.org", "v=spf1 mx -all").AddText("forwarders.example.net", "v=spf1 ip4:192.0.2.0/24 -all");
        SpfResult result = await EvaluateAsync(dns, new SpfFilterOptions { LocalPolicy = "include:forwarders.example.net" });
        Assert.Equal((status, source), (result.Status, result.Source));
    }

    // Its own look-ups are not the domain's, and its errors are not either.
    [Theory]
    [InlineData("a:a1.example.net a:a2.example.net a:a3.example.net a:a4.example.net", DnsStatus.NxDomain)]
    [InlineData("include:forwarders.example.net", DnsStatus.TemporaryFailure)]
    [InlineData("include:forwarders.example.net", DnsStatus.NxDomain)]
    public async Task LocalPolicy_ThatFails_DoesNotMatch(string policy, DnsStatus status)
    {
        FakeDns dns = SpfTest.Record("v=spf1 a:b1.example.org a:b2.example.org exists:c.example.org exists:c.example.org exists:c.example.org exists:c.example.org a:b1.example.org -all");
        dns.AddAddress("c.example.org", "192.0.2.77").Fail("forwarders.example.net", status);
        dns.AddAddress("b1.example.org", "192.0.2.77").AddAddress("b2.example.org", "192.0.2.77");
        SpfResult result = await EvaluateAsync(dns, new SpfFilterOptions { LocalPolicy = policy });
        Assert.NotEqual(SpfStatus.PermError, result.Status);
        Assert.NotEqual(SpfStatus.TempError, result.Status);
    }

    [Theory]
    [InlineData("a/24 ?all", SpfStatus.Pass, "6", null)]
    [InlineData("v=spf1 -all", SpfStatus.Fail, "3", "spf-fail")]
    [InlineData("~all", SpfStatus.SoftFail, "4", "spf-softfail")]
    [InlineData("?all", SpfStatus.Neutral, "5", "spf-neutral")]
    [InlineData("?all", SpfStatus.Neutral, "4", null)]
    [InlineData("include:nobody.example.net", null, "6", "spf-none")]
    public async Task BestGuess_OfADomainWithoutRecord_DecidesButIsNoResult(string guess, SpfStatus? expected, string behavior, string? token)
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = behavior, BestGuess = guess }, FakeDns.Empty.AddAddress(SpfTest.Domain, "192.0.2.200"));
        Assert.Equal(token, (await SpfTest.ToRcptAsync(harness)).Reason?.Token);
        SpfResult result = SpfTest.FactOf(harness);
        Assert.Equal((SpfStatus.None, expected), (result.Status, result.Guess));
        Assert.StartsWith("none ", Assert.Single(SpfTest.FieldsOf(harness)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BestGuess_OfADomainWithRecord_IsNotAsked()
    {
        SpfResult result = await EvaluateAsync(SpfTest.Record("v=spf1 ?all"), new SpfFilterOptions { BestGuess = "+all" });
        Assert.Equal((SpfStatus.Neutral, null), (result.Status, result.Guess));
    }

    private static Task<SpfResult> EvaluateAsync(FakeDns dns, SpfFilterOptions options) => SpfTest.EvaluateAsync(dns, SpfPolicy.Of(options));
}
