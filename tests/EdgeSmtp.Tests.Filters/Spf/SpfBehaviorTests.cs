using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>The ladder: what is refused for which result.</summary>
public sealed class SpfBehaviorTests
{
    private static readonly (string Token, string Reply, int FirstRefusedAt)[] Ladder =
    [
        ("spf-temperror", "451 4.7.24", 2),
        ("spf-fail", "550 5.7.23", 3),
        ("spf-softfail", "550 5.7.1", 4),
        ("spf-neutral", "550 5.7.1", 5),
        ("spf-none", "550 5.7.1", 6),
        ("spf-permerror", "550 5.7.24", 6),
        ("spf-pass", "", 7),
    ];

    public static TheoryData<string, string, int> Rungs()
    {
        TheoryData<string, string, int> rows = [];
        foreach ((string token, string reply, int first) in Ladder)
        {
            for (int behavior = 1; behavior <= 6; behavior++)
            {
                rows.Add(token, behavior >= first ? reply : string.Empty, behavior);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public async Task Result_AtEachRung_IsRefusedOrNot(string token, string reply, int behavior)
    {
        using FilterHarness harness = SpfTest.Harness(behavior.ToString(System.Globalization.CultureInfo.InvariantCulture), World(token));
        Verdict verdict = await SpfTest.ToRcptAsync(harness);
        bool isRefused = reply.Length > 0;
        Assert.Equal(isRefused, verdict.Kind >= VerdictKind.Defer);
        Assert.Equal(!isRefused && token == "spf-none" ? null : token, verdict.Reason?.Token);
        Assert.Equal(isRefused ? reply : "0 ", $"{verdict.Reason?.Code ?? 0} {verdict.Reason?.EnhancedCode}");
        Assert.Equal(token["spf-".Length..], SpfStatusNames.Of(SpfTest.FactOf(harness).Status));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("Off")]
    public async Task Off_AsksNothingAndSaysNothing(string behavior)
    {
        using FilterHarness harness = SpfTest.Harness(behavior, World("spf-fail"));
        Assert.Null((await SpfTest.ToRcptAsync(harness)).Reason);
        Assert.Empty(harness.Dns.Questions);
        Assert.Empty(harness.Context.Facts);
        Assert.Empty(harness.Context.ChangeLog);
    }

    [Fact]
    public async Task Default_Annotates()
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions(), World("spf-fail"));
        Assert.Equal(VerdictKind.Continue, (await SpfTest.ToRcptAsync(harness)).Kind);
        Assert.Single(SpfTest.FieldsOf(harness));
    }

    [Theory]
    [InlineData("RejectFail", "550")]
    [InlineData("DeferErrors", "0")]
    public async Task RejectPermError_RefusesFromFailOn(string behavior, string code)
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = behavior, RejectPermError = true }, World("spf-permerror"));
        Assert.Equal(code, (await SpfTest.ToRcptAsync(harness)).Reason!.Code.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("-1")]
    [InlineData("03")]
    [InlineData("")]
    [InlineData("Reject")]
    public void Behavior_Unknown_IsRefused(string behavior) => Assert.False(OptionsOf.AreValid(new SpfFilterOptions { Behavior = behavior }));

    [Theory]
    [InlineData("rejectsoftfail")]
    [InlineData("RejectNone")]
    [InlineData("6")]
    public void Behavior_ByNameOrNumber_IsTaken(string behavior) => Assert.True(OptionsOf.AreValid(new SpfFilterOptions { Behavior = behavior }));

    [Fact]
    public async Task Fail_PublishesThatNoBounceGoesThere()
    {
        using FilterHarness harness = SpfTest.Harness("1", World("spf-fail"));
        await SpfTest.ToRcptAsync(harness);
        Assert.True(harness.Context.TryRead(harness.Transaction, KnownFacts.SpfFailed, out bool failed) && failed);
    }

    [Fact]
    public async Task SoftFail_LeavesBouncesAlone()
    {
        using FilterHarness harness = SpfTest.Harness("1", World("spf-softfail"));
        await SpfTest.ToRcptAsync(harness);
        Assert.False(harness.Context.TryRead(harness.Transaction, KnownFacts.SpfFailed, out bool _));
    }

    [Theory]
    [InlineData("spf-fail", 3.5)]
    [InlineData("spf-softfail", 1.5)]
    [InlineData("spf-pass", 0)]
    public async Task Scores_AreAddedOnce(string token, double expected)
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { FailScore = 3.5, SoftFailScore = 1.5 }, World(token));
        await SpfTest.ToRcptAsync(harness);
        await harness.RcptAsync("second@example.com");
        Assert.Equal(expected, harness.Context.TotalScore(harness.Transaction));
    }

    private static FakeDns World(string token) => token switch
    {
        "spf-temperror" => FakeDns.Empty.Fail(SpfTest.Domain),
        "spf-fail" => SpfTest.Record("v=spf1 -all"),
        "spf-softfail" => SpfTest.Record("v=spf1 ~all"),
        "spf-neutral" => SpfTest.Record("v=spf1 ?all"),
        "spf-permerror" => SpfTest.Record("v=spf1 nonsense -all"),
        "spf-pass" => SpfTest.Record("v=spf1 ip4:192.0.2.0/24 -all"),
        _ => FakeDns.Empty,
    };
}
