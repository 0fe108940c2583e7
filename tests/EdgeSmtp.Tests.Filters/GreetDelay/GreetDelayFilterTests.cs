using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.GreetDelay;

public sealed class GreetDelayFilterTests
{
    private static readonly TimeSpan SixSeconds = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Connect_Default_HoldsGreetingSixSeconds()
    {
        using FilterHarness harness = Create(new());
        Assert.Equal(VerdictKind.Continue, (await harness.ConnectAsync()).Kind);
        Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(240)]
    public async Task Connect_ConfiguredDelay_IsAskedFor(int seconds)
    {
        using FilterHarness harness = Create(new() { Delay = TimeSpan.FromSeconds(seconds) });
        await harness.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(seconds), harness.Session.GreetingHeld);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 6)]
    public async Task Connect_ImplicitTls_IsLeftAloneUnlessAsked(bool implicitTls, int seconds)
    {
        using FilterHarness harness = Create(new() { ImplicitTls = implicitTls });
        harness.Tls = true;
        await harness.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(seconds), harness.Session.GreetingHeld);
    }

    [Fact]
    public async Task Connect_Qmtp_IsLeftAlone()
    {
        using FilterHarness harness = Create(new());
        harness.Session.ProtocolInUse = SessionProtocol.Qmtp;
        await harness.ConnectAsync();
        Assert.Equal(TimeSpan.Zero, harness.Session.GreetingHeld);
    }

    [Theory]
    [InlineData(587, 0, false)]
    [InlineData(25, 6, true)]
    public async Task Connect_SubmissionPort_IsLeftAlone(int port, int seconds, bool earlyTalkCounts)
    {
        using FilterHarness harness = Create(new());
        harness.Session.LocalEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.25"), port);
        await harness.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(seconds), harness.Session.GreetingHeld);
        Assert.Equal(earlyTalkCounts, (await harness.ViolationAsync(ProtocolViolation.EarlyTalk)).Reason is not null);
    }

    // spec §1: delayed sessions are counted apart, so that delay cannot exhaust what the server can hold.
    [Fact]
    public async Task DelayedMax_AtUnderAndOver_FurtherClientsAreGreetedAtOnce()
    {
        using FilterHarness harness = Create(new() { DelayedMax = 2 });
        GreetDelayFilter filter = (GreetDelayFilter)harness.Filter;
        TestSession[] clients = [new(), new(), new(), new()];
        foreach (TestSession client in clients[..2])
        {
            Assert.Null((await filter.OnConnectAsync(client, CancellationToken.None)).Reason);
            Assert.Equal(SixSeconds, client.GreetingHeld);
        }

        Verdict over = await filter.OnConnectAsync(clients[2], CancellationToken.None);
        Assert.Equal((VerdictKind.Continue, "not-delayed", TimeSpan.Zero), (over.Kind, over.Reason?.Token, clients[2].GreetingHeld));

        // Whoever introduces himself is not delayed any more; to end the session afterwards counts no second time.
        await filter.OnHelloAsync(clients[0], CancellationToken.None);
        await filter.OnSessionEndAsync(clients[0]);
        Assert.Null((await filter.OnConnectAsync(clients[3], CancellationToken.None)).Reason);
        Assert.Equal(SixSeconds, clients[3].GreetingHeld);
        await filter.OnSessionEndAsync(clients[2]);
        harness.NextSession();
        Assert.Equal("not-delayed", (await harness.ConnectAsync()).Reason?.Token);
        foreach (TestSession client in clients)
        {
            client.Dispose();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DelayedMax_ClientThatLeavesOrTalks_MakesRoom(bool talks)
    {
        using FilterHarness harness = Create(new() { DelayedMax = 1 });
        await harness.ConnectAsync();
        if (talks)
        {
            await harness.ViolationAsync(ProtocolViolation.EarlyTalk);
        }

        await harness.EndAsync();
        for (int i = 0; i < 2; i++)
        {
            harness.NextSession();
            await harness.ConnectAsync();
            Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
            await harness.EndAsync();
        }
    }

    [Theory]
    [InlineData(ProtocolViolation.EarlyTalk, "early-talk", 554)]
    [InlineData(ProtocolViolation.PipelinedBeforeHello, "pipelined-before-hello", 554)]
    [InlineData(ProtocolViolation.NonSmtpCommand, "non-smtp-command", 554)]
    [InlineData(ProtocolViolation.BareLf, "bare-lf", 554)]
    [InlineData(ProtocolViolation.BareCr, "bare-cr", 554)]
    public async Task Violation_Enforce_Refuses(ProtocolViolation violation, string token, int code)
    {
        using FilterHarness harness = Create(Everything(ViolationAction.Enforce));
        Verdict verdict = await harness.ViolationAsync(violation);
        Assert.Equal((token, code), (verdict.Reason?.Token, (int?)verdict.Reason?.Code));
        Assert.True(verdict.Kind >= VerdictKind.Reject);
        Assert.Empty(harness.Context.Scores);
    }

    [Theory]
    [InlineData(ProtocolViolation.EarlyTalk, "early-talk-seen")]
    [InlineData(ProtocolViolation.PipelinedBeforeHello, "pipelined-before-hello-seen")]
    [InlineData(ProtocolViolation.NonSmtpCommand, "non-smtp-command-seen")]
    [InlineData(ProtocolViolation.BareLf, "bare-lf-seen")]
    [InlineData(ProtocolViolation.BareCr, "bare-cr-seen")]
    public async Task Violation_Observe_IsCountedWithoutConsequence(ProtocolViolation violation, string token)
    {
        using FilterHarness harness = Create(Everything(ViolationAction.Observe));
        Verdict verdict = await harness.ViolationAsync(violation);
        Assert.Equal((VerdictKind.Continue, token), (verdict.Kind, verdict.Reason?.Token));
        Assert.Empty(harness.Context.Scores);
    }

    [Theory]
    [InlineData(ProtocolViolation.EarlyTalk, "greet.early-talk")]
    [InlineData(ProtocolViolation.PipelinedBeforeHello, "greet.pipelined-before-hello")]
    [InlineData(ProtocolViolation.NonSmtpCommand, "greet.non-smtp-command")]
    [InlineData(ProtocolViolation.BareLf, "greet.bare-lf")]
    [InlineData(ProtocolViolation.BareCr, "greet.bare-cr")]
    public async Task Violation_Score_AddsPointsToTheSession(ProtocolViolation violation, string name)
    {
        using FilterHarness harness = Create(Everything(ViolationAction.Score) with { Points = 2.5 });
        Assert.Equal(VerdictKind.Continue, (await harness.ViolationAsync(violation)).Kind);
        RecordedScore score = Assert.Single(harness.Context.Scores);
        Assert.Equal((harness.Session, name, 2.5), ((TestSession)score.Subject, score.Name, score.Value));
    }

    [Theory]
    [InlineData(ProtocolViolation.EarlyTalk)]
    [InlineData(ProtocolViolation.PipelinedBeforeHello)]
    [InlineData(ProtocolViolation.NonSmtpCommand)]
    [InlineData(ProtocolViolation.BareLf)]
    [InlineData(ProtocolViolation.BareCr)]
    public async Task Violation_Ignore_SaysNothing(ProtocolViolation violation)
    {
        using FilterHarness harness = Create(Everything(ViolationAction.Ignore));
        Assert.Null((await harness.ViolationAsync(violation)).Reason);
    }

    [Fact]
    public async Task Violation_Defaults_RefuseTalkersAndOtherProtocolsOnly()
    {
        using FilterHarness harness = Create(new());
        Assert.Equal(VerdictKind.Disconnect, (await harness.ViolationAsync(ProtocolViolation.EarlyTalk)).Kind);
        Assert.Equal(VerdictKind.Disconnect, (await harness.ViolationAsync(ProtocolViolation.NonSmtpCommand)).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.ViolationAsync(ProtocolViolation.PipelinedBeforeHello)).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.ViolationAsync(ProtocolViolation.BareLf)).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.ViolationAsync(ProtocolViolation.BareCr)).Kind);
    }

    // With implicit TLS the client talks first by design (RFC 8314 §3); other violations are what they always are.
    [Fact]
    public async Task Violation_EarlyTalkOnImplicitTls_IsNone()
    {
        using FilterHarness harness = Create(new());
        harness.Tls = true;
        Assert.Null((await harness.ViolationAsync(ProtocolViolation.EarlyTalk)).Reason);
        Assert.Same(GreetDelayFilter.NonSmtp, (await harness.ViolationAsync(ProtocolViolation.NonSmtpCommand)).Reason);
    }

    [Fact]
    public async Task Session_ThatWaitedAndSentMail_IsSparedNextTime()
    {
        using FilterHarness harness = Create(new());
        await harness.RunAsync();
        Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
        harness.NextSession();
        await harness.RunAsync();
        Assert.Equal(TimeSpan.Zero, harness.Session.GreetingHeld);
    }

    [Fact]
    public async Task Session_Remembered_EndsWithItsTime()
    {
        using FilterHarness harness = Create(new() { RememberFor = TimeSpan.FromHours(2) });
        await harness.RunAsync();
        harness.Time.Advance(TimeSpan.FromHours(2));
        harness.NextSession();
        await harness.ConnectAsync();
        Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
    }

    [Fact]
    public async Task Session_ThatOnlyWaited_IsNotRemembered()
    {
        using FilterHarness harness = Create(new());
        await harness.ConnectAsync();
        await harness.HelloAsync();
        await harness.EndAsync();
        harness.NextSession();
        await harness.ConnectAsync();
        Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
    }

    [Theory]
    [InlineData(ViolationAction.Observe, 6)]
    [InlineData(ViolationAction.Score, 6)]
    [InlineData(ViolationAction.Ignore, 0)]
    public async Task Session_WithViolationAfterMail_IsRememberedOnlyWhenIgnored(ViolationAction action, int secondsNextTime)
    {
        using FilterHarness harness = Create(Everything(action));
        await harness.ConnectAsync();
        await harness.MailAsync();
        await harness.ViolationAsync(ProtocolViolation.BareLf);
        await harness.MailAsync();
        await harness.EndAsync();
        harness.NextSession();
        await harness.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(secondsNextTime), harness.Session.GreetingHeld);
    }

    [Fact]
    public async Task Remembered_ClientThatMisbehaves_IsForgotten()
    {
        using FilterHarness harness = Create(new());
        await harness.RunAsync();
        harness.NextSession();
        await harness.ConnectAsync();
        await harness.ViolationAsync(ProtocolViolation.EarlyTalk);
        await harness.EndAsync();
        harness.NextSession();
        await harness.ConnectAsync();
        Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
    }

    [Fact]
    public async Task RememberFor_Zero_RemembersNobody()
    {
        using FilterHarness harness = Create(new() { RememberFor = TimeSpan.Zero });
        await harness.RunAsync();
        harness.NextSession();
        await harness.ConnectAsync();
        Assert.Equal(SixSeconds, harness.Session.GreetingHeld);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("198.51.100.1", "::ffff:198.51.100.1", true)]
    [InlineData("198.51.100.1", "198.51.100.2", false)]
    public async Task Remembered_Client_IsItsAddressOrSlash64(string first, string second, bool remembered)
    {
        using FilterHarness harness = Create(new());
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(first), 1);
        await harness.RunAsync();
        harness.NextSession();
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(second), 2);
        await harness.ConnectAsync();
        Assert.Equal(remembered, harness.Session.GreetingHeld == TimeSpan.Zero);
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 0)]
    public async Task RememberMax_IsNeverExceeded(int max, int secondsForTheFirst)
    {
        using FilterHarness harness = Create(new() { RememberMax = max });
        foreach (string address in new[] { "198.51.100.1", "198.51.100.2" })
        {
            harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(address), 1);
            await harness.RunAsync();
            harness.NextSession();
        }

        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 1);
        await harness.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(secondsForTheFirst), harness.Session.GreetingHeld);
    }

    [Fact]
    public async Task Connect_RememberedClient_AllocatesNothing()
    {
        using FilterHarness harness = Create(new());
        await harness.RunAsync();
        harness.NextSession();
        AllocationGate.AssertNone(() => harness.ConnectAsync());
    }

    private static GreetDelayFilterOptions Everything(ViolationAction action) =>
        new() { EarlyTalk = action, PipelinedBeforeHello = action, NonSmtpCommand = action, BareLf = action, BareCr = action };

    private static FilterHarness Create(GreetDelayFilterOptions options) => FilterHarness.Of(static filters => filters.AddGreetDelay(), options);
}
