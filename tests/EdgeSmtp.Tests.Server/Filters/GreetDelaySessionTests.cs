using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Filters;

/// <summary>postscreen's deep tests in one session: every violation as the wire shows it, and what the real filter makes of it.</summary>
public sealed class GreetDelaySessionTests
{
    private const string Hello = "EHLO c.example\r\n";

    [Theory]
    [InlineData(RejectAt.Recipient)]
    [InlineData(RejectAt.Stage)]
    public async Task EarlyTalk_Enforced_Is554InPlaceOfTheGreeting(RejectAt rejectAt)
    {
        await using SessionHost host = Host(new() { EarlyTalk = ViolationAction.Enforce }, rejectAt);
        TestClient client = host.Connect();
        await client.SendAsync(Hello);
        await client.ExpectAsync("554 5.5.1 Protocol error: you spoke before the greeting [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData(RejectAt.Recipient)]
    [InlineData(RejectAt.Stage)]
    public async Task NonSmtpCommand_Enforced_Is554AndTheEnd(RejectAt rejectAt)
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, NonSmtpCommand = ViolationAction.Enforce }, rejectAt);
        TestClient client = await host.GreetedAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ExpectAsync("554 5.5.1 Protocol error: this is an SMTP server [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    // Whoever is not enforced upon is not served for that: the session itself cuts another protocol off.
    [Theory]
    [InlineData(ViolationAction.Observe)]
    [InlineData(ViolationAction.Score)]
    [InlineData(ViolationAction.Ignore)]
    public async Task NonSmtpCommand_NotEnforced_IsCutOffAllTheSame(ViolationAction action)
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, NonSmtpCommand = action });
        TestClient client = await host.GreetedAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ExpectAsync("500 5.5.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Pipelined_EnforcedAtRecipient_RefusesTheRecipientButPostmaster()
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, PipelinedBeforeHello = ViolationAction.Enforce });
        TestClient client = await host.GreetedAsync();
        await client.SendAsync(Hello + "MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nRCPT TO:<postmaster>\r\n");
        await client.ExpectAsync("250-");
        await client.ExpectAsync("250 2.1.0");
        await client.ExpectAsync("554 5.5.1 Protocol error: commands sent before the reply to HELO or EHLO [");
        await client.ExpectAsync("250 2.1.5");
    }

    [Fact]
    public async Task Pipelined_EnforcedAtStage_RefusesTheHello()
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, PipelinedBeforeHello = ViolationAction.Enforce }, RejectAt.Stage);
        TestClient client = await host.GreetedAsync();
        await client.SendAsync(Hello + "MAIL FROM:<a@b.example>\r\n");
        await client.ExpectAsync("554 5.5.1 Protocol error: commands sent before");
        await client.ExpectAsync("503");
    }

    [Theory]
    [InlineData(RejectAt.Recipient, "250-", "554 5.5.1")]
    [InlineData(RejectAt.Stage, "554 5.5.1", "503")]
    public async Task Pipelined_WhileHelloIsJudged_IsSeenToo(RejectAt rejectAt, string first, string last)
    {
        // The second packet comes after EHLO was read and before it is answered.
        await using SessionHost host = new(listener => listener.RejectAt = rejectAt);
        TestClient? client = null;
        FilterInstance waiting = PipelineHarness.Instance("waiting", new FakeFilter { Hello = _ => Talk(client!) });
        host.With(waiting, Instance(new() { Delay = TimeSpan.Zero, PipelinedBeforeHello = ViolationAction.Enforce }));
        client = await host.GreetedAsync();
        await client.SendAsync(Hello);
        await client.ExpectAsync(first);
        Assert.Equal(1, host.Value(SessionMetrics.Violations, "mx", "pipelined-before-hello"));
        if (rejectAt == RejectAt.Recipient)
        {
            await client.ExpectAsync("250 2.1.0");
            await client.CommandAsync("RCPT TO:<user@example.com>", last);
        }
        else
        {
            await client.ExpectAsync(last);
        }

        static Verdict Talk(TestClient client)
        {
            // In memory a write is there as soon as it returns.
            Assert.True(client.SendAsync("MAIL FROM:<a@b.example>\r\n").IsCompleted);
            return Verdict.Continue;
        }
    }

    [Fact]
    public async Task Pipelined_AfterASecondEhlo_IsNoViolation()
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, PipelinedBeforeHello = ViolationAction.Enforce });
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync(Hello + "MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\n");
        await client.ExpectAsync("250-");
        await client.ExpectAsync("250 2.1.0");
        await client.ExpectAsync("250 2.1.5");
    }

    [Theory]
    [InlineData(ViolationAction.Enforce, RejectAt.Stage, "554 5.5.2 Protocol error: lines end in CR LF, not in LF [")]
    [InlineData(ViolationAction.Enforce, RejectAt.Recipient, "500 5.5.2")]
    [InlineData(ViolationAction.Observe, RejectAt.Stage, "500 5.5.2")]
    public async Task BareLf_InACommand_EndsTheSession(ViolationAction action, RejectAt rejectAt, string expected)
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, BareLf = action }, rejectAt);
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\nRCPT TO:<user@example.com>\n");
        await client.ExpectAsync(expected);
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "violation"));
    }

    [Theory]
    [InlineData(RejectAt.Stage, "554 5.5.2 Protocol error: CR without LF [")]
    [InlineData(RejectAt.Recipient, "500 5.5.2")]
    public async Task BareCr_InACommand_IsRefused(RejectAt rejectAt, string expected)
    {
        await using SessionHost host = Host(new() { Delay = TimeSpan.Zero, BareCr = ViolationAction.Enforce }, rejectAt);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("NOOP\rNOOP", expected);
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", rejectAt == RejectAt.Recipient ? "554 5.5.2" : "250");
    }

    // What the listener would put up with, an enforcing filter refuses: this message, and what follows it.
    [Theory]
    [InlineData("a\nb\r\n", "bare-lf", "554 5.5.2 Protocol error: lines end in CR LF")]
    [InlineData("a\rb\r\n", "bare-cr", "554 5.5.2 Protocol error: CR without LF")]
    public async Task BareNewline_InNormalizedContent_Enforced_RefusesTheMessage(string content, string label, string expected)
    {
        await using SessionHost host = new(static listener => (listener.Smtp.BareLf, listener.Smtp.BareCr) = (NewlineRule.Normalize, NewlineRule.Normalize));
        host.With(Instance(new() { Delay = TimeSpan.Zero, BareLf = ViolationAction.Enforce, BareCr = ViolationAction.Enforce }));
        TestClient client = await host.InDataAsync();
        await client.SendAsync(content + ".\r\n");
        await client.ExpectAsync(expected);
        Assert.Equal(1, host.Value(SessionMetrics.Violations, "mx", label));
        Assert.Equal(0, host.Store.Count);
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", expected);
    }

    // The listener refuses such content by itself; the filter must hear of it, or a bot would be remembered as a good client.
    [Fact]
    public async Task BareLf_InContentThatTheListenerRefuses_IsReportedToo()
    {
        await using SessionHost host = Host(new());
        for (int i = 0; i < 2; i++)
        {
            TestClient client = host.Connect();
            host.Time.Advance(TimeSpan.FromSeconds(6));
            await client.ExpectAsync("220");
            await client.CommandAsync("EHLO c.example", "250");
            await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
            await client.CommandAsync("RCPT TO:<user@example.com>", "250");
            await client.CommandAsync("DATA", "354");
            await client.SendAsync("a\nb\r\n.\r\n");
            await client.ExpectAsync("550 5.5.2");
            Assert.Equal(i + 1, host.Value(SessionMetrics.Violations, "mx", "bare-lf"));
            await client.CommandAsync("QUIT", "221");
            await client.Served;
        }

        // Not remembered: the third time he waits again.
        TestClient again = host.Connect();
        Assert.Equal(1, host.Value(SessionMetrics.SessionsHeld, "mx"));
        host.Time.Advance(TimeSpan.FromSeconds(6));
        await again.ExpectAsync("220");
    }

    [Fact]
    public async Task Client_ThatBehaved_IsGreetedAtOnceNextTime()
    {
        await using SessionHost host = Host(new());
        TestClient client = host.Connect();
        Assert.Equal(1, host.Value(SessionMetrics.SessionsHeld, "mx"));
        host.Time.Advance(TimeSpan.FromSeconds(6));
        await client.ExpectAsync("220");
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("QUIT", "221");
        await client.Served;
        await host.GreetedAsync();
    }

    private static SessionHost Host(GreetDelayFilterOptions options, RejectAt rejectAt = RejectAt.Recipient) =>
        new SessionHost(listener => listener.RejectAt = rejectAt).With(Instance(options));

    private static FilterInstance Instance(GreetDelayFilterOptions options) =>
        new("greet", Registrations.Single(static filters => filters.AddGreetDelay()), options, new DriverOptions());
}
