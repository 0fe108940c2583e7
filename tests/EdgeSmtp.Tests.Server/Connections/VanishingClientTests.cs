using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Connections;

/// <summary>Clients that leave at every point of a session, politely and not. The host checks at its end that nothing leaked.</summary>
public sealed class VanishingClientTests
{
    private const string Conversation =
        "EHLO c.example\r\nMAIL FROM:<a@b.example> SIZE=100\r\nRCPT TO:<user@example.com>\r\nDATA\r\nA: b\r\n\r\nbody\r\n.\r\nQUIT\r\n";

    public static TheoryData<int> Points()
    {
        TheoryData<int> points = [];
        for (int i = 0; i <= Conversation.Length; i++)
        {
            points.Add(i);
        }

        return points;
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Fin_AfterSoManyBytes_LosesNothingThatWasComplete(int bytes)
    {
        await using SessionHost host = new();
        TestClient client = host.Connect();
        await client.SendAsync(Conversation[..bytes]);
        client.EndHalf();
        string replies = await client.ReadToEndAsync();
        await client.Served;
        bool isComplete = bytes >= Conversation.IndexOf("QUIT", StringComparison.Ordinal);
        Assert.Equal(isComplete ? 1 : 0, host.Store.Count);
        Assert.Equal(isComplete, replies.Contains("queued as", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Reset_AfterSoManyBytes_EndsTheSession(int bytes)
    {
        await using SessionHost host = new();
        TestClient client = host.Connect();
        await client.SendAsync(Conversation[..bytes]);
        host.LastConnection!.Reset();
        await client.Served;
        Assert.InRange(host.Store.Count, 0, 1);
    }

    [Fact]
    public async Task Reset_BeforeTheGreeting_IsTheClientsDoing()
    {
        await using SessionHost host = new();
        TaskCompletionSource release = new();
        host.With(new SlowConnect(release.Task));
        TestClient client = host.Connect();
        host.LastConnection!.Reset();
        release.SetResult();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
    }

    [Fact]
    public async Task Reset_WhileACommitRuns_CommitsAllTheSame()
    {
        await using SessionHost host = new();
        host.Store.Gate = new TaskCompletionSource();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        host.LastConnection!.Reset();
        host.Store.Gate.SetResult();
        await client.Served;
        Assert.Equal(1, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
    }

    [Fact]
    public async Task Fin_DuringAHeldGreeting_EndsTheSession()
    {
        await using SessionHost host = new();
        FakeFilter filter = new() { Connect = session => { session.HoldGreeting(TimeSpan.FromSeconds(30)); return default; } };
        host.With(filter);
        TestClient client = host.Connect();
        client.EndHalf();
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        await client.Served;
        Assert.Equal(1, filter.Ended);
    }

    [Fact]
    public async Task Reset_BehindQuit_IsNoFailure()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("QUIT\r\n");
        host.LastConnection!.Reset();
        await client.Served;
        Assert.Equal(0, host.Value(SessionMetrics.SessionEnds, "mx", "failed"));
    }

    [Fact]
    public async Task Session_ThatEnds_AbortsWhatFiltersStarted()
    {
        CancellationToken aborted = default;
        await using SessionHost host = new();
        host.With(new FakeFilter { Connect = session => { aborted = session.Aborted; return default; } });
        TestClient client = await host.GreetedAsync();
        Assert.False(aborted.IsCancellationRequested);
        client.EndHalf();
        await client.Served;
        // The token fires on the pool.
        TaskCompletionSource fired = new();
        await using CancellationTokenRegistration registration = aborted.Register(fired.SetResult);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
