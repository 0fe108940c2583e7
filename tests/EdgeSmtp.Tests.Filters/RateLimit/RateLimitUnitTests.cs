using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>What each unit counts, and when.</summary>
public sealed class RateLimitUnitTests
{
    [Fact]
    public async Task Messages_BeyondTheLimit_AreDeferredUntilGivenBack()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 3, Period = TimeSpan.FromMinutes(1) });
        Assert.Equal(3, await harness.CountAsync());
        harness.NextSession();
        await harness.MailAsync();
        Verdict verdict = await harness.RcptAsync();
        Assert.Equal("450 4.7.1 Too many messages, try again in 20 s", $"{verdict.Reason!.Code} {verdict.Reason.EnhancedCode} {verdict.Reason.Text}");
        Assert.Equal("one: again in 20 s", verdict.Detail);
        harness.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, await harness.CountAsync());
    }

    [Fact]
    public async Task RetryText_OfALongWait_IsInMinutes()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 1, Period = TimeSpan.FromMinutes(121.5) });
        Assert.Equal(1, await harness.CountAsync());
        await harness.MailAsync();
        Assert.Equal("Too many messages, try again in 122 min", (await harness.RcptAsync()).Reason!.Text);
    }

    [Fact]
    public async Task Messages_WithManyRecipients_CountOnce()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 2 });
        Assert.Equal(2, await harness.CountAsync("a@b.example", "a@example.com", "b@example.com", "c@example.net"));
    }

    [Fact]
    public async Task Messages_WhoseFirstRecipientsOtherFiltersRefuse_CountOnce()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Rate = 2 });
        await harness.MailAsync();
        for (int i = 0; i < 5; i++)
        {
            // Asked for, and never accepted.
            Assert.Equal(VerdictKind.Continue, (await ((IRcptFilter)harness.Filter).OnRcptAsync(harness.Transaction, harness.Transaction.Ask("a@example.com"), default)).Kind);
        }

        Assert.Equal(1, await harness.CountAsync());
    }

    [Fact]
    public async Task Recipients_CountEach()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Unit = RateUnit.Recipients, Rate = 5 });
        await harness.MailAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync($"r{i}@example.com")).Kind);
        }

        Assert.StartsWith("Too many recipients", (await harness.RcptAsync("last@example.com")).Reason!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosed()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Unit = RateUnit.Connections, Rate = 2, Burst = 4, Action = RateAction.Disconnect });
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(VerdictKind.Continue, (await harness.ConnectAsync()).Kind);
            harness.NextSession();
        }

        Verdict verdict = await harness.ConnectAsync();
        Assert.Equal((VerdictKind.Disconnect, 421, "4.7.0"), (verdict.Kind, verdict.Reason!.Code, verdict.Reason.EnhancedCode));
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(VerdictKind.Continue, (await harness.ConnectAsync()).Kind);
    }

    [Fact]
    public async Task Bytes_AreCountedAfterTheContentAndJudgedAtTheNextRcpt()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Unit = RateUnit.Bytes, Rate = 1_000 });
        Assert.Equal(VerdictKind.Continue, await harness.SendAsync());
        RecipientVerdicts verdicts = await harness.MessageAsync(new byte[1_500]);
        Assert.Equal(VerdictKind.Continue, verdicts[0].Kind);
        await harness.MailAsync();
        Verdict refused = await harness.RcptAsync();
        Assert.Equal("450 4.7.1 Too much mail by size, try again in 31 s", $"{refused.Reason!.Code} {refused.Reason.EnhancedCode} {refused.Reason.Text}");
        harness.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(VerdictKind.Continue, await harness.SendAsync());
    }

    [Fact]
    public async Task Bytes_Declared_AreJudgedBeforeTheyAreSent()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Unit = RateUnit.Bytes, Rate = 1_000 });
        await harness.SendAsync();
        await harness.MessageAsync(new byte[600]);
        await harness.MailAsync();
        harness.Transaction.Size = 401;
        Assert.Equal(VerdictKind.Defer, (await harness.RcptAsync()).Kind);
        await harness.MailAsync();
        harness.Transaction.Size = 400;
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync()).Kind);
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await harness.MailAsync();

        // Larger than the bucket is: only when it is full.
        harness.Transaction.Size = 100_000;
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync()).Kind);
    }

    [Fact]
    public async Task Bytes_OfADomain_CountOnceForEachDomain()
    {
        using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Unit = RateUnit.Bytes, Key = RateKeyKind.RecipientDomain, Rate = 1_000 });
        await harness.SendAsync("a@b.example", "a@example.com", "b@example.com", "c@example.net");
        await harness.MessageAsync(new byte[600]);
        foreach (string domain in new[] { "example.com", "example.net" })
        {
            await harness.MailAsync();
            harness.Transaction.Size = 401;
            Assert.Equal(VerdictKind.Defer, (await harness.RcptAsync($"x@{domain}")).Kind);
            harness.Transaction.Size = 400;
            Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync($"x@{domain}")).Kind);
        }
    }

    [Fact]
    public async Task Whole_Session_OfOneMessage_CountsWhatItIs()
    {
        using FilterHarness harness = RateLimitTest.Harness(RateLimitTest.Options(
            ("c", new RateLimitOptions { Unit = RateUnit.Connections, Rate = 1 }),
            ("m", new RateLimitOptions { Rate = 1 }),
            ("r", new RateLimitOptions { Unit = RateUnit.Recipients, Rate = 1 }),
            ("b", new RateLimitOptions { Unit = RateUnit.Bytes, Rate = Encoding.ASCII.GetByteCount("Subject: x\r\n\r\n") + 1L })));
        Assert.Null((await harness.RunAsync("Subject: x\n\n")).Reason);
        harness.NextSession();
        Assert.Equal("rate-connections", (await harness.ConnectAsync()).Reason!.Token);
        await harness.MailAsync();
        Assert.Equal("rate-messages", (await harness.RcptAsync()).Reason!.Token);
    }

    [Theory]
    [InlineData(RateUnit.Messages)]
    [InlineData(RateUnit.Recipients)]
    [InlineData(RateUnit.Connections)]
    [InlineData(RateUnit.Bytes)]
    [InlineData(RateUnit.Failures)]
    public async Task Actions_OfEveryUnit_AreNeverForGood(RateUnit unit)
    {
        foreach (RateAction action in Enum.GetValues<RateAction>())
        {
            using FilterHarness harness = RateLimitTest.Harness(new RateLimitOptions { Unit = unit, Rate = 1, Action = action, Points = 2.5 });
            Verdict verdict = default;
            for (int i = 0; i < 3; i++)
            {
                harness.NextSession();
                verdict = await harness.ConnectAsync();
                harness.Session.RefusalsGiven = 2;
                verdict = Verdict.MostSevere(verdict, await harness.MailAsync());
                verdict = Verdict.MostSevere(verdict, await harness.RcptAsync());
                await harness.MessageAsync(new byte[100]);
                await harness.EndAsync();
            }

            Assert.Equal(action switch { RateAction.Defer => VerdictKind.Defer, RateAction.Disconnect => VerdictKind.Disconnect, _ => VerdictKind.Continue }, verdict.Kind);
            Assert.Equal(action switch { RateAction.Defer => 450, RateAction.Disconnect => 421, _ => 0 }, verdict.Reason?.Code ?? 0);
            Assert.Equal(action == RateAction.Score, harness.Context.Scores.Count > 0);
            Assert.All(harness.Context.Scores, static score => Assert.Equal(("rate.one", 2.5), (score.Name, score.Value)));
        }
    }
}
