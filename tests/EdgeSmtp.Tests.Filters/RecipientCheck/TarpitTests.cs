using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RecipientCheck;

/// <summary>Delays and limits at RCPT, before anybody looks whether the mailbox exists. That the delay is waited for is the session's.</summary>
public sealed class TarpitTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(7);

    // §6.4 of the specification: every RCPT whose number is n or more; a count of 2 and four recipients make three delays.
    [Fact]
    public async Task Tarpit_FromItsNumberOn_HoldsEveryReply()
    {
        using FilterHarness harness = Create(new() { TarpitCount = 2, TarpitDelay = Delay });
        await harness.MailAsync();
        Assert.Equal([TimeSpan.Zero, Delay, Delay, Delay], await HoldsAsync(harness, 4));
    }

    [Fact]
    public async Task Tarpit_NextMessage_BeginsToCountAnew()
    {
        using FilterHarness harness = Create(new() { TarpitCount = 2, TarpitDelay = Delay });
        for (int i = 0; i < 2; i++)
        {
            await harness.MailAsync();
            Assert.Equal([TimeSpan.Zero, Delay], await HoldsAsync(harness, 2));
        }
    }

    [Fact]
    public async Task Tarpit_CountsRecipientsThatDoNotExist()
    {
        using FilterHarness harness = Create(new() { TarpitCount = 2, TarpitDelay = Delay });
        await harness.MailAsync();
        await harness.RcptAttemptAsync("nobody@example.com");
        Assert.Equal(TimeSpan.Zero, harness.Session.ReplyHeld);
        await harness.RcptAttemptAsync("nobody-else@example.com");
        Assert.Equal(Delay, harness.Session.ReplyHeld);
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(1, 0)]
    public async Task Tarpit_WithoutCountOrDelay_IsOff(int count, int seconds)
    {
        using FilterHarness harness = Create(new() { TarpitCount = count, TarpitDelay = TimeSpan.FromSeconds(seconds) });
        await harness.MailAsync();
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero], await HoldsAsync(harness, 2));
    }

    [Fact]
    public async Task Limits_ClientThatMayRelayOrForwards_HasNoTarpit_AndIsNeverNotorious()
    {
        using FilterHarness harness = Create(new() { TarpitCount = 1, TarpitDelay = Delay, InvalidRecipientsMax = 1, RefuseNotorious = true });
        harness.Session.Relay = true;
        harness.Session.InvalidRecipientsSoFar = 100;
        Assert.Null((await harness.RunAsync()).Reason);
        harness.NextSession();
        harness.Session.InvalidRecipientsSoFar = 100;
        HarnessContext.Set(harness.Session, KnownFacts.TrustedForwarder, true);
        Assert.Null((await harness.RunAsync()).Reason);
        Assert.Equal(TimeSpan.Zero, harness.Session.ReplyHeld);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(2, null)]
    [InlineData(3, "recipients-invalid")]
    [InlineData(4, "recipients-invalid")]
    public async Task Invalid_AtTheLimit_DefersEveryFurtherRecipientAlike(int invalid, string? token)
    {
        using FilterHarness harness = Create(new() { InvalidRecipientsMax = 3 });
        await harness.MailAsync();
        await harness.RcptAsync("user@example.com");
        harness.Session.InvalidRecipientsSoFar = invalid;
        Assert.Equal(token, (await harness.RcptAsync("other@example.com")).Reason?.Token);
        Assert.Equal(token, (await harness.RcptAttemptAsync("nobody@example.com")).Reason?.Token);
    }

    // TARPITDELAY=0: whoever was accepted before still gets his mail.
    [Fact]
    public async Task Invalid_AtTheLimit_MessageToEarlierRecipientsIsTaken()
    {
        using FilterHarness harness = Create(new() { InvalidRecipientsMax = 3 });
        await harness.MailAsync();
        await harness.RcptAsync("user@example.com");
        harness.Session.InvalidRecipientsSoFar = 3;
        Assert.Null((await harness.BodyAsync("Subject: x\r\n\r\n"u8.ToArray()))[0].Reason);
    }

    // TARPITDELAY=999: it is not, and the session ends, RSET or not.
    [Fact]
    public async Task Notorious_MessageToEarlierRecipients_IsRefusedAndTheSessionEnds()
    {
        using FilterHarness harness = Create(new() { InvalidRecipientsMax = 3, RefuseNotorious = true });
        await harness.MailAsync();
        await harness.RcptAsync("user@example.com");
        harness.Session.InvalidRecipientsSoFar = 3;
        Verdict verdict = (await harness.BodyAsync("Subject: x\r\n\r\n"u8.ToArray()))[0];
        Assert.Equal((VerdictKind.Disconnect, "recipients-notorious"), (verdict.Kind, verdict.Reason?.Token));
        Assert.Equal((554, "5.7.1"), (verdict.Reason!.Code, verdict.Reason.EnhancedCode));
    }

    [Fact]
    public async Task Notorious_BelowTheLimit_OpensNoSink()
    {
        using FilterHarness harness = Create(new() { InvalidRecipientsMax = 3, RefuseNotorious = true });
        harness.Session.InvalidRecipientsSoFar = 2;
        await harness.MailAsync();
        Assert.Null(((IBodyFilter)harness.Filter).OpenBody(harness.Transaction));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RecipientsMax_OneMore_IsDeferredForEveryClient(bool mayRelay)
    {
        using FilterHarness harness = Create(new() { RecipientsMax = 2 });
        harness.Session.Relay = mayRelay;
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync("a@example.com")).Reason);
        Assert.Null((await harness.RcptAsync("b@example.com")).Reason);
        Verdict third = await harness.RcptAsync("c@example.com");
        Assert.Equal(("recipients-too-many", 452, "4.5.3"), (third.Reason!.Token, third.Reason.Code, third.Reason.EnhancedCode));
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync("c@example.com")).Reason);
    }

    private static FilterHarness Create(RecipientCheckFilterOptions options) => FilterHarness.Of(static filters => filters.AddRecipientCheck(), options);

    private static async Task<List<TimeSpan>> HoldsAsync(FilterHarness harness, int recipients)
    {
        List<TimeSpan> holds = [];
        for (int i = 0; i < recipients; i++)
        {
            harness.Session.ReplyHeld = TimeSpan.Zero;
            await harness.RcptAsync($"r{i}@example.com");
            holds.Add(harness.Session.ReplyHeld);
        }

        return holds;
    }
}
