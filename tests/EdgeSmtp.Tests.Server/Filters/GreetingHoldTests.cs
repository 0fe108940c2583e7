using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Filters;

/// <summary>The greeting that connect filters hold back, and clients that speak first (RFC 5321 §3.1).</summary>
public sealed class GreetingHoldTests
{
    [Fact]
    public async Task Hold_OfSeveralFilters_IsTheLongestOnce()
    {
        await using SessionHost host = new();
        host.With(Holding(3), Holding(6), Holding(2));
        TestClient client = host.Connect();
        Task<string> greeting = client.ReplyAsync();
        Assert.Equal(1, host.Value(SessionMetrics.SessionsHeld, "mx"));
        host.Time.Advance(TimeSpan.FromSeconds(5.9));
        Assert.False(greeting.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.StartsWith("220 ", await greeting, StringComparison.Ordinal);
        Assert.Equal(0, host.Value(SessionMetrics.SessionsHeld, "mx"));
        await client.CommandAsync("EHLO c.example", "250");
    }

    [Fact]
    public async Task Hold_OverFourMinutes_IsCut()
    {
        // RFC 5321 §4.5.3.2.1: the client waits five.
        await using SessionHost host = new();
        host.With(Holding(3600));
        TestClient client = host.Connect();
        host.Time.Advance(TimeSpan.FromMinutes(4));
        await client.ExpectAsync("220");
    }

    [Fact]
    public async Task EarlyTalk_DuringTheHold_IsReportedAndTheBytesAreKept()
    {
        await using SessionHost host = new();
        FakeFilter filter = Holding(6);
        host.With(filter);
        TestClient client = host.Connect();
        await client.SendAsync("EHLO");
        await client.SendAsync(" c.example\r\n");
        Assert.Equal([ProtocolViolation.EarlyTalk], filter.Violations);
        host.Time.Advance(TimeSpan.FromSeconds(7));
        await client.ExpectAsync("220");
        await client.ExpectAsync("250-");
        Assert.Equal(1, host.Value(SessionMetrics.Violations, "mx", "early-talk"));
    }

    [Fact]
    public async Task EarlyTalk_ThatDisconnects_IsAnsweredAtOnce()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter { Connect = Hold(6), Violation = (_, _) => Verdict.From(FakeFilter.Disconnect) });
        TestClient client = host.Connect();
        await client.SendAsync("EHLO c.example\r\n");
        await client.ExpectAsync("554 5.7.1 Away [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task EarlyTalk_RejectedUnderRejectAtRecipient_IsAnsweredThere()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter { Connect = Hold(6), Violation = (_, _) => Verdict.From(FakeFilter.Reject) });
        TestClient client = host.Connect();
        await client.SendAsync("EHLO c.example\r\n");
        host.Time.Advance(TimeSpan.FromSeconds(7));
        await Script.PlayAsync(client, """
            S: 220
            S: 250
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 550 5.7.1 No [
            """);
    }

    [Fact]
    public async Task EarlyTalk_WithoutAHold_IsReportedWhenTheBytesAreThere()
    {
        await using SessionHost host = new();
        TaskCompletionSource release = new();
        FakeFilter filter = new();
        host.With(new SlowConnect(release.Task), filter);
        TestClient client = host.Connect();
        await client.SendAsync("EHLO c.example\r\n");
        release.SetResult();
        await client.ExpectAsync("220");
        await client.ExpectAsync("250");
        Assert.Equal([ProtocolViolation.EarlyTalk], filter.Violations);
    }

    [Fact]
    public async Task EarlyTalk_OfAnyLength_IsReadOnlyToALimit()
    {
        await using SessionHost host = new();
        host.With(Holding(10));
        TestClient client = host.Connect();
        string noise = $"NOOP {new string('x', 1000)}\r\n";
        Task sending = Task.CompletedTask;
        for (int i = 0; i < 1_000 && sending.IsCompleted; i++)
        {
            sending = client.SendAsync(noise);
        }

        // What the server does not read stays with the client.
        Assert.False(sending.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        await client.ExpectAsync("220");
        await sending;
    }

    [Fact]
    public async Task Hold_AfterTheGreeting_IsIgnored()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter { Hello = session => { session.HoldGreeting(TimeSpan.FromMinutes(1)); return default; } });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("NOOP", "250");
    }

    private static FakeFilter Holding(double seconds) => new() { Connect = Hold(seconds) };

    private static Func<Session, Verdict> Hold(double seconds) => session =>
    {
        session.HoldGreeting(TimeSpan.FromSeconds(seconds));
        return Verdict.Continue;
    };
}
