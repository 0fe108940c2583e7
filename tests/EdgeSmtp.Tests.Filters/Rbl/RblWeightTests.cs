using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>Several lists: weights, threshold, allow lists, failures.</summary>
public sealed class RblWeightTests
{
    [Theory]
    [InlineData(1.0, 1.0, 2.0, true)]
    [InlineData(1.0, 0.99, 2.0, false)]
    [InlineData(3.0, -1.5, 2.0, false)]
    [InlineData(3.0, -1.0, 2.0, true)]
    [InlineData(0.0, 0.0, 0.01, false)]
    public async Task Rcpt_SumOfWeights_IsComparedWithThreshold(double first, double second, double threshold, bool refused)
    {
        RblFilterOptions options = new() { Threshold = threshold, Zones = [new() { Zone = "a.example", Weight = first }, new() { Zone = "b.example", Weight = second }] };
        Assert.Equal(refused, (await RblTest.RunAsync(options, Listed("a", "b"))).Kind == VerdictKind.Reject);
    }

    [Theory]
    [InlineData(RblReply.Defer, RblReply.Defer, "listed-for-now", 450)]
    [InlineData(RblReply.Defer, RblReply.Reject, "listed", 550)]
    [InlineData(RblReply.Reject, RblReply.Defer, "listed", 550)]
    public async Task Rcpt_SeveralLists_OneThatRejectsDecides(RblReply first, RblReply second, string token, int code)
    {
        RblFilterOptions options = new() { Threshold = 2, Zones = [new() { Zone = "a.example", Reply = first }, new() { Zone = "b.example", Reply = second }] };
        FilterReason reason = (await RblTest.RunAsync(options, Listed("a", "b"))).Reason!;
        Assert.Equal((token, code), (reason.Token, reason.Code));
    }

    [Fact]
    public async Task Rcpt_AllowListed_PublishesTrustedAndOverrulesBlockLists()
    {
        using RblTest test = new(RblTest.Zones(new() { Zone = "a.example", Weight = 100 }, new() { Zone = "b.example", Kind = RblKind.Allow }), Listed("a", "b"));
        Assert.Null((await test.ToRcptAsync()).Reason);
        RecordedFact fact = Assert.Single(test.Harness.Context.Facts);
        Assert.Same(KnownFacts.Trusted, fact.Key);
        Assert.Same(test.Harness.Session, fact.Subject);
    }

    // What the client can write as he likes must not vouch for him, least of all in the next transaction.
    [Theory]
    [InlineData(RblSubject.Client, true)]
    [InlineData(RblSubject.ClientName, true)]
    [InlineData(RblSubject.Hello, false)]
    [InlineData(RblSubject.Sender, false)]
    public async Task Rcpt_AllowListed_PublishesTrustedOnlyForWhatCannotBeForged(RblSubject subject, bool isTrusted)
    {
        FakeDns dns = Listed("a", "b").AddAddress("good.example.b.example", "127.0.0.2");
        using RblTest test = new(RblTest.Zones(new() { Zone = "a.example" }, new() { Zone = "b.example", Kind = RblKind.Allow, Subject = subject }), dns);
        test.Harness.Session.ReverseDns = "good.example";
        Assert.Null((await test.ToRcptAsync("good.example", "a@good.example")).Reason);
        Assert.Equal(isTrusted, test.Harness.Context.Facts.Count == 1);
    }

    [Fact]
    public async Task Rcpt_SenderAllowListed_VouchesForItsTransactionOnly()
    {
        FakeDns dns = Listed("a").AddAddress("good.example.b.example", "127.0.0.2");
        using RblTest test = new(RblTest.Zones(new() { Zone = "a.example" }, new() { Zone = "b.example", Kind = RblKind.Allow, Subject = RblSubject.Sender }), dns);
        Assert.Null((await test.ToRcptAsync(reversePath: "a@good.example")).Reason);
        await test.Harness.MailAsync("a@evil.example");
        Assert.Same(RblFilter.Listed, (await test.Harness.RcptAsync()).Reason);
    }

    [Fact]
    public async Task Rcpt_NotAllowListed_PublishesNothing()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "b.example", Kind = RblKind.Allow }), FakeDns.Empty);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Empty(test.Harness.Context.Facts);
    }

    // DESIGN: a failed allow list counts as not listed, whatever the policy for failures is.
    [Theory]
    [InlineData(OnLookupFailure.Continue)]
    [InlineData(OnLookupFailure.Defer)]
    public async Task Rcpt_AllowListFails_CountsAsNotListed(OnLookupFailure policy)
    {
        RblFilterOptions options = new() { OnLookupFailure = policy, Zones = [new() { Zone = "a.example" }, new() { Zone = "b.example", Kind = RblKind.Allow }] };
        Assert.Same(RblFilter.Listed, (await RblTest.RunAsync(options, Listed("a").Fail("6.7.8.9.b.example"))).Reason);
        Assert.Null((await RblTest.RunAsync(options, FakeDns.Empty.Fail("6.7.8.9.b.example"))).Reason);
    }

    [Theory]
    [InlineData(DnsStatus.TemporaryFailure, OnLookupFailure.Continue, "unchecked", VerdictKind.Continue)]
    [InlineData(DnsStatus.TemporaryFailure, OnLookupFailure.Defer, "lookup-failed", VerdictKind.Defer)]
    [InlineData(DnsStatus.Bogus, OnLookupFailure.Continue, "unchecked", VerdictKind.Continue)]
    [InlineData(DnsStatus.Bogus, OnLookupFailure.Defer, "lookup-failed", VerdictKind.Defer)]
    public async Task Rcpt_EveryLookupFails_FollowsThePolicy(DnsStatus status, OnLookupFailure policy, string token, VerdictKind kind)
    {
        RblFilterOptions options = new() { OnLookupFailure = policy, Zones = [new() { Zone = "a.example" }, new() { Zone = "b.example" }] };
        Verdict verdict = await RblTest.RunAsync(options, FakeDns.Empty.FailAll(status));
        Assert.Equal((token, kind), (verdict.Reason?.Token, verdict.Kind));
    }

    [Theory]
    [InlineData(1.0, null)]
    [InlineData(2.0, "lookup-failed")]
    public async Task Rcpt_FailedListThatCouldNotDecide_IsNoReasonToDefer(double weightOfFailed, string? token)
    {
        RblFilterOptions options = new()
        {
            Threshold = 2,
            OnLookupFailure = OnLookupFailure.Defer,
            Zones = [new() { Zone = "a.example", Weight = weightOfFailed }, new() { Zone = "b.example" }],
        };
        Assert.Equal(token, (await RblTest.RunAsync(options, FakeDns.Empty.Fail("6.7.8.9.a.example"))).Reason?.Token);
    }

    [Fact]
    public async Task Rcpt_ListedElsewhere_IsRefusedThoughOneListFails()
    {
        RblFilterOptions options = new() { OnLookupFailure = OnLookupFailure.Defer, Zones = [new() { Zone = "a.example" }, new() { Zone = "b.example" }] };
        Assert.Same(RblFilter.Listed, (await RblTest.RunAsync(options, Listed("b").Fail("6.7.8.9.a.example"))).Reason);
    }

    [Fact]
    public async Task Failure_IsLoggedOncePerMinuteAndList()
    {
        using RblTest test = new(RblTest.Zones(new() { Zone = "a.example" }, new() { Zone = "b.example" }), FakeDns.AllTemporaryFailure);
        await test.ToRcptAsync();
        await test.Harness.RcptAsync();
        Assert.Equal(2, test.Log.Lines.Count);
        Assert.All(test.Log.Lines, static line => Assert.StartsWith("Warning: List ", line, StringComparison.Ordinal));
        test.Harness.Time.Advance(TimeSpan.FromMinutes(1));
        await test.Harness.RcptAsync();
        Assert.Equal(4, test.Log.Lines.Count);
    }

    [Fact]
    public async Task Garbage_IsLoggedAndCountsAsNotListed()
    {
        using RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "a.example" }), FakeDns.Empty.AddAddress("6.7.8.9.a.example", "203.0.113.80"));
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Contains("outside 127.0.0.0/8", Assert.Single(test.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_AddsEachListOnceForTheSession()
    {
        RblFilterOptions options = new()
        {
            Action = RblAction.Score,
            Zones = [new() { Zone = "a.example", Weight = 2 }, new() { Zone = "b.example", Weight = -1 }, new() { Zone = "c.example" }],
        };
        using RblTest test = new(options, Listed("a", "b"));
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Null((await test.Harness.RcptAsync("second@example.com")).Reason);
        await test.Harness.MailAsync();
        Assert.Null((await test.Harness.RcptAsync()).Reason);
        Assert.Equal([("rbl.a.example", 2.0), ("rbl.b.example", -1.0)], test.Harness.Context.Scores.Select(static score => (score.Name, score.Value)));
        Assert.All(test.Harness.Context.Scores, score => Assert.Same(test.Harness.Session, score.Subject));
    }

    [Fact]
    public async Task Score_OfSender_BelongsToItsTransaction()
    {
        RblFilterOptions options = new() { Action = RblAction.Score, Zones = [new() { Zone = "a.example", Subject = RblSubject.Sender }] };
        using RblTest test = new(options, FakeDns.Empty.AddAddress("sender.example.a.example", "127.0.0.2"));
        await test.ToRcptAsync();
        await test.Harness.RcptAsync("second@example.com");
        await test.Harness.MailAsync("sender@sender.example");
        await test.Harness.RcptAsync();
        Assert.Equal(2, test.Harness.Context.Scores.Count);
        Assert.Same(test.Harness.Transaction, test.Harness.Context.Scores[1].Subject);
    }

    private static FakeDns Listed(params string[] zones)
    {
        FakeDns dns = FakeDns.Empty;
        foreach (string zone in zones)
        {
            dns.AddAddress($"{RblTest.Reversed}{zone}.example", "127.0.0.2");
        }

        return dns;
    }
}
