using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Connections;

/// <summary>
/// §9.12 of the design: a client that leaves while filters work ends their work, by a reset at any time, by a FIN behind which nothing is left before the end of the data.
/// The watch begins with the second tick of the heartbeat, which is the test's.
/// </summary>
public sealed class LeavingClientTests
{
    public static TheoryData<string> StagesBeforeTheContent() => ["connect", "hello", "mail", "rcpt"];

    [Theory]
    [MemberData(nameof(StagesBeforeTheContent))]
    [InlineData("message")]
    public async Task Reset_WhileAFilterWorks_EndsItsWork(string stage)
    {
        WaitingFilter filter = new(stage);
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await ReachAsync(host, filter, stage);
        host.LastConnection!.Reset();
        await TickUntilAsync(host, filter.CancelledAsync());
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(0, host.Value(Pipeline.FilterMetrics.Errors, "f0", stage, "exception"));
        Assert.Equal(0, host.Value(Pipeline.FilterMetrics.Errors, "f0", stage, "timeout"));
    }

    [Theory]
    [MemberData(nameof(StagesBeforeTheContent))]
    public async Task Fin_WithNothingLeft_EndsTheWorkOfFilters(string stage)
    {
        WaitingFilter filter = new(stage);
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await ReachAsync(host, filter, stage);
        client.EndHalf();
        await TickUntilAsync(host, filter.CancelledAsync());
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
    }

    [Fact]
    public async Task Fin_BehindPipelinedCommands_IsNoAbort()
    {
        WaitingFilter filter = new("rcpt");
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.SendAsync("RCPT TO:<user@example.com>\r\nDATA\r\n");
        await filter.EnteredAsync();
        await Tick(host);
        await client.SendAsync("Subject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n");
        client.EndHalf();
        await Tick(host);
        Assert.False(filter.IsCancelled);
        filter.Release();
        string replies = await client.ReadToEndAsync();
        Assert.StartsWith("250 2.1.5 Ok\r\n354 ", replies, StringComparison.Ordinal);
        Assert.Contains("queued as", replies, StringComparison.Ordinal);
        Assert.Contains("221 2.0.0", replies, StringComparison.Ordinal);
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task Fin_BehindPipelinedCommands_IsNoAbortForTheNextSlowFilterEither()
    {
        PacedFilter filter = new("rcpt");
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nRCPT TO:<other@example.com>\r\nBDAT 4 LAST\r\n\r\nhiQUIT\r\n");
        client.EndHalf();
        await StepAsync(host, filter, calls: 2);
        string replies = await client.ReadToEndAsync();
        Assert.StartsWith("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.0.0 Ok: queued as", replies, StringComparison.Ordinal);
        Assert.Contains("221 2.0.0", replies, StringComparison.Ordinal);
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task Fin_AfterTheContent_IsNoAbort()
    {
        WaitingFilter filter = new("message");
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await ReachAsync(host, filter, "message");
        client.EndHalf();
        await Tick(host);
        await Tick(host);
        Assert.False(filter.IsCancelled);
        filter.Release();
        await client.ExpectAsync("250 2.0.0");
        Assert.Equal(1, host.Store.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Commands_ThatArriveMeanwhile_AreAnsweredInOrder(int ticksBetween)
    {
        WaitingFilter filter = new("rcpt") { Verdict = Verdict.From(FakeFilter.Reject) };
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await ReachAsync(host, filter, "rcpt");
        await Tick(host);
        foreach (string command in (string[])["NOOP\r\nVR", "FY x\r\n", "RSET\r\n"])
        {
            await client.SendAsync(command);
            for (int i = 0; i < ticksBetween; i++)
            {
                await Tick(host);
            }
        }

        filter.Release();
        await client.ExpectAsync("550 5.7.1");
        await client.ExpectAsync("250 2.0.0");
        await client.ExpectAsync("252");
        await client.ExpectAsync("250 2.0.0");
        await client.CommandAsync("QUIT", "221");
    }

    [Fact]
    public async Task Flood_WhileAFilterWorks_IsBoundedAndNotLost()
    {
        WaitingFilter filter = new("rcpt");
        await using SessionHost host = new SessionHost(static listener => listener.Smtp.CommandsMax = 100_000).With(filter);
        TestClient client = await ReachAsync(host, filter, "rcpt");
        await Tick(host);
        Task flood = client.SendAsync(string.Concat(Enumerable.Repeat("NOOP\r\n", 20_000)));
        await Tick(host);
        // The pipe holds the client back: the watch has stopped to take what it sends.
        Assert.False(flood.IsCompleted);
        filter.Release();
        await client.ExpectAsync("250 2.1.5");
        for (int i = 0; i < 20_000; i++)
        {
            await client.ExpectAsync("250 2.0.0");
        }

        await flood;
        await client.CommandAsync("QUIT", "221");
    }

    [Fact]
    public async Task EarlyTalk_WhileConnectFiltersWork_IsSeenAllTheSame()
    {
        WaitingFilter waiting = new("connect");
        FakeFilter seeing = new() { Violation = static (_, _) => Verdict.From(FakeFilter.Disconnect) };
        await using SessionHost host = new SessionHost().With(waiting, seeing);
        TestClient client = host.Connect();
        await waiting.EnteredAsync();
        await Tick(host);
        await client.SendAsync("EHLO c.example\r\n");
        await Tick(host);
        waiting.Release();
        await client.ExpectAsync("554 5.7.1 Away");
        client.EndHalf();
        await client.Served;
        Assert.Equal([ProtocolViolation.EarlyTalk], seeing.Violations);
    }

    [Fact]
    public async Task Wake_WhileTheWatchReads_DoesNotEndIt()
    {
        WaitingFilter filter = new("rcpt");
        await using SessionHost host = new SessionHost().With(filter);
        TestClient client = await ReachAsync(host, filter, "rcpt");
        await Tick(host);
        host.Heartbeat.Wake();
        await Tick(host);
        host.LastConnection!.Reset();
        await TickUntilAsync(host, filter.CancelledAsync());
        await client.Served;
    }

    [Fact]
    public async Task Qmtp_HalfCloseAfterThePackage_IsNoAbort()
    {
        WaitingFilter filter = new("message");
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(filter);
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        client.EndHalf();
        await filter.EnteredAsync();
        await Tick(host);
        await Tick(host);
        filter.Release();
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task Qmtp_HalfCloseAfterSeveralPackages_AnswersEach()
    {
        PacedFilter filter = new("message");
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(filter);
        TestClient client = host.Connect();
        await client.SendAsync(string.Concat(Enumerable.Repeat(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"), 3)));
        client.EndHalf();
        await StepAsync(host, filter, calls: 3);
        for (int i = 0; i < 3; i++)
        {
            Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(3, host.Store.Count);
    }

    [Theory]
    [InlineData("mail")]
    [InlineData("rcpt")]
    [InlineData("message")]
    public async Task Qmtp_Reset_EndsTheWorkOfFilters(string stage)
    {
        WaitingFilter filter = new(stage);
        await using SessionHost host = new SessionHost(static listener => listener.Protocol = SessionProtocol.Qmtp).With(filter);
        TestClient client = host.Connect();
        await client.SendAsync(Qmtp.QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        await filter.EnteredAsync();
        host.LastConnection!.Reset();
        await TickUntilAsync(host, filter.CancelledAsync());
        await client.Served;
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
    }

    /// <summary>Talks until the filter waits.</summary>
    private static async Task<TestClient> ReachAsync(SessionHost host, WaitingFilter filter, string stage)
    {
        TestClient client = stage == "connect" ? host.Connect() : await host.GreetedAsync();
        string[] stages = ["connect", "hello", "mail", "rcpt", "message"];
        string[] lines = ["", "EHLO c.example", "MAIL FROM:<a@b.example>", "RCPT TO:<user@example.com>", "DATA"];
        int last = Array.IndexOf(stages, stage);
        for (int i = 1; i < last; i++)
        {
            await client.CommandAsync(lines[i], "250");
        }

        if (stage == "message")
        {
            await client.CommandAsync("DATA", "354");
            await client.SendAsync("Subject: x\r\n\r\nbody\r\n.\r\n");
        }
        else if (last > 0)
        {
            await client.SendAsync(lines[last] + "\r\n");
        }

        await filter.EnteredAsync();
        return client;
    }

    /// <summary>Lets so many calls go on, each when it has taken long enough for the watch to read.</summary>
    private static async Task StepAsync(SessionHost host, PacedFilter filter, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            await filter.EnteredAsync();
            await Tick(host);
            await Tick(host);
            filter.Step();
        }
    }

    private static async Task TickUntilAsync(SessionHost host, Task reached)
    {
        // Far from the deadline of the filter, which would end its work too.
        for (int i = 0; i < 5 && !reached.IsCompleted; i++)
        {
            await Tick(host);
        }

        await reached;
    }

    /// <summary>A tick of the heartbeat, and time for the pool to do what it asked for.</summary>
    private static async Task Tick(SessionHost host)
    {
        host.Time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 20; i++)
        {
            await Task.Yield();
        }
    }
}
