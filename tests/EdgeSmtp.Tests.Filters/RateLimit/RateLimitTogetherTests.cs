using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>Several limits, and many sessions.</summary>
public sealed class RateLimitTogetherTests
{
    [Fact]
    public async Task Refusal_ByOneLimit_IsCountedByNone()
    {
        using FilterHarness harness = RateLimitTest.Harness(RateLimitTest.Options(
            ("all", new RateLimitOptions { Rate = 10 }),
            ("sender", new RateLimitOptions { Key = RateKeyKind.Sender, Rate = 2 })));
        Assert.Equal(2, await harness.CountAsync("a@b.example"));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(VerdictKind.Defer, await harness.SendAsync("a@b.example"));
        }

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(2, await harness.CountAsync($"a{i}@b.example"));
        }

        Assert.Equal("rate-messages", (await Last(harness)).Reason!.Token);
        static async Task<Verdict> Last(FilterHarness harness)
        {
            await harness.MailAsync("last@b.example");
            return await harness.RcptAsync();
        }
    }

    [Fact]
    public async Task Refusal_OfARecipient_LeavesTheMessageToTheNextOne()
    {
        using FilterHarness harness = RateLimitTest.Harness(RateLimitTest.Options(
            ("messages", new RateLimitOptions { Rate = 1 }),
            ("domain", new RateLimitOptions { Unit = RateUnit.Recipients, Key = RateKeyKind.RecipientDomain, Rate = 1 })));
        await harness.MailAsync();
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync("a@example.com")).Kind);
        Assert.Equal(VerdictKind.Defer, (await harness.RcptAsync("b@example.com")).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync("b@example.net")).Kind);
    }

    [Fact]
    public async Task Order_OfLimits_PutsWhatCanBeForgedLast()
    {
        // The sender's table has room for two keys. Whoever is over the limit of his network makes no entries in it.
        using LogRecorder log = new();
        RateLimitFilterOptions options = RateLimitTest.Options(
            ("sender", new RateLimitOptions { Key = RateKeyKind.Sender, Rate = 5, KeysMax = 2 }),
            ("client", new RateLimitOptions { Rate = 2 }));
        using FilterHarness harness = new(context =>
        {
            ((HarnessContext)context).Log = log.CreateLogger("test");
            return new RateLimitFilter(options, context);
        });
        for (int i = 0; i < 100; i++)
        {
            await harness.SendAsync($"s{i}@b.example");
        }

        Assert.DoesNotContain(log.Lines, static line => line.Contains("sender", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scores_OfMessagesAndRecipients_AreGivenOnceEach()
    {
        using FilterHarness harness = RateLimitTest.Harness(RateLimitTest.Options(
            ("m", new RateLimitOptions { Rate = 1, Action = RateAction.Score, Points = 2 }),
            ("r", new RateLimitOptions { Unit = RateUnit.Recipients, Rate = 2, Action = RateAction.Score, Points = 3 }),
            ("b", new RateLimitOptions { Unit = RateUnit.Bytes, Rate = 1, Action = RateAction.Score, Points = 5 })));
        await harness.SendAsync();
        await harness.MessageAsync(new byte[100]);
        Assert.Empty(harness.Context.Scores);
        await harness.SendAsync("a@b.example", "1@example.com", "2@example.com", "3@example.com");
        Assert.Equal(7, harness.Context.TotalScore(harness.Transaction));
        Assert.Equal(2, harness.Context.Scores.Count(static score => score is { Name: "rate.r", Value: 3 }));
    }

    [Fact]
    public void Sessions_AtOnce_AddUpToTheLimit()
    {
        using FilterHarness harness = RateLimitTest.Harness(RateLimitTest.Options(
            ("client", new RateLimitOptions { Rate = 500, Period = TimeSpan.FromHours(1) }),
            ("domain", new RateLimitOptions { Key = RateKeyKind.RecipientDomain, Rate = 300, Period = TimeSpan.FromHours(1) })));
        IRcptFilter filter = (IRcptFilter)harness.Filter;
        int passed = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                using TestSession session = new();
                TestTransaction transaction = new(session);
                ValueTask<Verdict> verdict = filter.OnRcptAsync(transaction, transaction.Ask("a@example.com"), CancellationToken.None);
                if (verdict.IsCompletedSuccessfully && verdict.Result.Kind == VerdictKind.Continue)
                {
                    Interlocked.Increment(ref passed);
                }
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(300, passed);
    }
}
