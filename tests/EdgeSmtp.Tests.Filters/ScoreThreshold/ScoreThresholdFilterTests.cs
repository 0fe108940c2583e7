using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ScoreThreshold;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ScoreThreshold;

public sealed class ScoreThresholdFilterTests : ScoreThresholdTest
{
    private static readonly ScoreThresholdFilterOptions All = new() { Quarantine = 2, Defer = 4, Reject = 6 };

    [Theory]
    [InlineData(3.999, VerdictKind.Continue)]
    [InlineData(4, VerdictKind.Defer)]
    [InlineData(5.999, VerdictKind.Defer)]
    [InlineData(6, VerdictKind.Reject)]
    public async Task Rcpt_BelowAtAndAboveAThreshold_IsJudged(double score, VerdictKind kind)
    {
        AddScores((context, recipient) => context.AddScore(recipient, "zen", score));
        await using FilterRun run = Begin(All);
        Verdict verdict = await Rcpt(run);
        Assert.Equal(kind, verdict.Kind);
    }

    [Fact]
    public async Task Rcpt_AtQuarantine_IsAcceptedAndHeld()
    {
        AddScores((context, recipient) => context.AddScore(recipient, "zen", 2));
        await using FilterRun run = Begin(All with { At = ScoreStage.Rcpt });
        TestRecipient recipient = Transaction.Ask("a@example.com");
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(Transaction, recipient)).Kind);
        Transaction.Accept(recipient);
        Assert.Same(ScoreThresholdFilter.Quarantined, (await Message(run))[0].Reason);
    }

    [Fact]
    public async Task Scores_OfAllSubjectsAndFilters_AddUp()
    {
        AddScores((context, recipient) =>
        {
            context.AddScore(recipient.Transaction.Session, "zen", 3);
            context.AddScore(recipient.Transaction, "zen", 2);
            context.AddScore(recipient, "helo", 1.5);
            context.AddScore(recipient, "spf", -0.5);
        });
        await using FilterRun run = Begin(All);
        Verdict verdict = await Rcpt(run);
        Assert.Same(ScoreThresholdFilter.Rejected, verdict.Reason);
        Assert.Equal("6 (zen=5 helo=1.5 spf=-0.5) of 6", verdict.Detail);
    }

    [Fact]
    public async Task Scores_ThatSpeakForTheClient_TakeBack()
    {
        AddScores(static (context, recipient) =>
        {
            context.AddScore(recipient, "zen", 8);
            context.AddScore(recipient, "dnswl", -7);
        });
        await using FilterRun run = Begin(All);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Sum_OfTenths_ReachesWhatItIsWrittenAs()
    {
        // 0.7 + 0.1 is a little less than 0.8 in binary.
        AddScores(static (context, recipient) =>
        {
            context.AddScore(recipient, "a", 0.7);
            context.AddScore(recipient, "b", 0.1);
        });
        await using FilterRun run = Begin(new ScoreThresholdFilterOptions { Reject = 0.8 });
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    [Theory]
    [InlineData(9, 4, VerdictKind.Defer)]
    [InlineData(9, 6, VerdictKind.Reject)]
    [InlineData(-9, 0.5, VerdictKind.Reject)]
    public async Task Caps_BoundWhatOneNameGives(double score, double cap, VerdictKind kind)
    {
        AddScores((context, recipient) =>
        {
            context.AddScore(recipient, "dynamic", score);
            context.AddScore(recipient, "other", score < 0 ? 6.5 : 0);
        });
        await using FilterRun run = Begin(All with { Caps = new Dictionary<string, double> { ["dynamic"] = cap } });
        Assert.Equal(kind, (await Rcpt(run)).Kind);
    }

    [Theory]
    [InlineData(ScoreStage.Rcpt, VerdictKind.Reject, VerdictKind.Continue)]
    [InlineData(ScoreStage.Message, VerdictKind.Continue, VerdictKind.Reject)]
    [InlineData(ScoreStage.Both, VerdictKind.Reject, VerdictKind.Reject)]
    public async Task At_SaysWhenIsJudged(ScoreStage at, VerdictKind rcpt, VerdictKind message)
    {
        AddScores((context, recipient) => context.AddScore(recipient.Transaction, "zen", 6));
        await using FilterRun run = Begin(All with { At = at });
        Assert.Equal(rcpt, (await Rcpt(run)).Kind);
        Assert.Equal(message, (await Message(run))[0].Kind);
    }

    [Fact]
    public async Task Message_ScoresOfContentFilters_Count()
    {
        AddScores(message: static (context, transaction) => context.AddScore(transaction, "virus", 6));
        await using FilterRun run = Begin(All);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
        Assert.Same(ScoreThresholdFilter.Rejected, (await Message(run))[0].Reason);
    }

    [Fact]
    public async Task Message_RecipientsWithOtherSums_FareDifferently()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        AddScores(message: static (context, transaction) => context.AddScore(transaction.Recipients[1], "strict", 6));
        await using FilterRun run = Begin(All);
        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal((VerdictKind.Continue, VerdictKind.Reject), (verdicts[0].Kind, verdicts[1].Kind));
    }

    [Fact]
    public async Task Postmaster_IsSpared()
    {
        AddScores(static (context, recipient) => context.AddScore(recipient, "zen", 9));
        await using FilterRun run = Begin(All);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run, "postmaster@example.com")).Kind);
    }

    [Fact]
    public async Task Shadow_CountsWhatOthersInShadowFound_AndChangesNothing()
    {
        AddScores(static (context, recipient) => context.AddScore(recipient, "zen", 9), driver: new DriverOptions { Shadow = true });
        await using FilterRun run = Begin(All with { Tag = 1 }, new DriverOptions { Shadow = true });
        TestRecipient recipient = Transaction.Ask("a@example.com");
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(Transaction, recipient)).Kind);
        Transaction.Accept(recipient);
        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal(VerdictKind.Continue, verdicts[0].Kind);
        Assert.Equal([Content], await ComposeAsync(run, verdicts));
        Assert.Contains(Harness.Events.Lines, static line => line.Contains("\"reason\":\"score-reject\",\"detail\":\"9 (zen=9) of 6\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Live_DoesNotCountWhatOthersInShadowFound()
    {
        AddScores(static (context, recipient) => context.AddScore(recipient, "zen", 9), driver: new DriverOptions { Shadow = true });
        await using FilterRun run = Begin(All);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }
}
