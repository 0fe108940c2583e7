using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>What counts as a failure, and when it is felt.</summary>
public sealed class RateLimitFailureTests
{
    private static readonly RateLimitOptions TenPerHour = new() { Unit = RateUnit.Failures, Rate = 10, Period = TimeSpan.FromHours(1), Action = RateAction.Disconnect };

    [Fact]
    public async Task Refusals_OfASession_AreFeltAtTheNextMailAndConnection()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour);
        Assert.Equal(VerdictKind.Continue, (await harness.ConnectAsync()).Kind);
        harness.Session.RefusalsGiven = 9;
        Assert.Equal(VerdictKind.Continue, (await harness.MailAsync()).Kind);
        harness.Session.RefusalsGiven = 10;
        Verdict verdict = await harness.MailAsync();
        Assert.Equal("421 4.7.0 Too many errors, try again in 6 min", $"{verdict.Reason!.Code} {verdict.Reason.EnhancedCode} {verdict.Reason.Text}");
        harness.NextSession();
        Assert.Equal("rate-failures", (await harness.ConnectAsync()).Reason!.Token);
        harness.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(VerdictKind.Continue, (await harness.ConnectAsync()).Kind);
    }

    [Fact]
    public async Task Refusals_OfGuessedRecipients_AreFeltAtTheNextGuess()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour);
        await harness.MailAsync();
        for (int guesses = 0; guesses < 10; guesses++)
        {
            harness.Session.RefusalsGiven = guesses;
            Assert.Equal(VerdictKind.Continue, (await harness.RcptAttemptAsync()).Kind);
        }

        harness.Session.RefusalsGiven = 10;
        Assert.Equal("rate-failures", (await harness.RcptAttemptAsync()).Reason!.Token);
    }

    [Fact]
    public async Task Refusals_AtTheEndOfASession_Count()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour);
        await harness.MailAsync();
        harness.Session.RefusalsGiven = 10;
        await harness.EndAsync();
        harness.NextSession();
        Assert.Equal(VerdictKind.Disconnect, (await harness.ConnectAsync()).Kind);
    }

    [Fact]
    public async Task Refusals_CountOnce()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour);
        harness.Session.RefusalsGiven = 4;
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(VerdictKind.Continue, (await harness.MailAsync()).Kind);
        }

        await harness.EndAsync();
        harness.NextSession();
        harness.Session.RefusalsGiven = 5;
        Assert.Equal(VerdictKind.Continue, (await harness.MailAsync()).Kind);
    }

    [Fact]
    public async Task Violations_Count()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour with { Rate = 2 });
        Assert.Equal(VerdictKind.Continue, (await harness.ViolationAsync(ProtocolViolation.BareLf)).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.ViolationAsync(ProtocolViolation.NonSmtpCommand)).Kind);
        Assert.Equal(VerdictKind.Disconnect, (await harness.MailAsync()).Kind);
    }

    [Fact]
    public async Task Failures_ByHelo_ArePerNetwork()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour with { Key = RateKeyKind.Helo });
        harness.Session.RefusalsGiven = 10;
        Assert.Equal(VerdictKind.Disconnect, (await harness.MailAsync()).Kind);
        harness.From("198.51.100.1");
        Assert.Equal(VerdictKind.Continue, (await harness.MailAsync()).Kind);
    }

    [Fact]
    public async Task Failures_Scored_GivePointsOnceASession()
    {
        using FilterHarness harness = RateLimitTest.Harness(TenPerHour with { Action = RateAction.Score, Points = 4 });
        harness.Session.RefusalsGiven = 50;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(VerdictKind.Continue, (await harness.MailAsync()).Kind);
        }

        Assert.Equal(4, harness.Context.TotalScore(harness.Transaction));
    }
}
