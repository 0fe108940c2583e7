using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Connections;

/// <summary>The server stops: nobody loses work.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Idle_Sessions_Get421AtOnce()
    {
        await using SessionHost host = new();
        TestClient greeted = await host.GreetedAsync("192.0.2.1");
        TestClient introduced = await host.IntroducedAsync("192.0.2.2");
        host.Drain.Begin();
        await greeted.ExpectAsync("421 4.3.2");
        await introduced.ExpectAsync("421 4.3.2");
        Assert.Equal(string.Empty, await introduced.ReadToEndAsync());
        introduced.EndHalf();
        await introduced.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "drain"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Running_Transactions_FinishAndThenGet421(int steps)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        string[] lines = ["MAIL FROM:<a@b.example>", "RCPT TO:<user@example.com>", "DATA"];
        for (int i = 0; i <= steps; i++)
        {
            await client.CommandAsync(lines[i]);
        }

        host.Drain.Begin();
        for (int i = steps + 1; i < lines.Length; i++)
        {
            await client.CommandAsync(lines[i]);
        }

        await client.SendAsync("A: b\r\n\r\n");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250 2.0.0 Ok: queued");
        await client.ExpectAsync("421 4.3.2");
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task Commit_UnderWay_IsAnswered()
    {
        await using SessionHost host = new();
        host.Store.Gate = new TaskCompletionSource();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        host.Drain.Begin();
        host.Store.Gate.SetResult();
        await client.ExpectAsync("250");
        await client.ExpectAsync("421 4.3.2");
    }

    [Fact]
    public async Task Held_Greetings_Become421()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter { Connect = session => { session.HoldGreeting(TimeSpan.FromSeconds(60)); return default; } });
        TestClient client = host.Connect();
        host.Drain.Begin();
        await client.ExpectAsync("421 4.3.2");
    }

    [Fact]
    public async Task New_Connections_AreRefused()
    {
        await using SessionHost host = new();
        host.Drain.Begin();
        TestClient client = host.Connect();
        await client.ExpectAsync("421 4.3.2");
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "draining"));
    }
}
