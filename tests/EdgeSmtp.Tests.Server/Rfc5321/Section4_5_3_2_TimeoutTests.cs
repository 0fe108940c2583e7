using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"An SMTP server SHOULD have a timeout of at least 5 minutes while it is awaiting the next command from the sender."</summary>
public sealed class Section4_5_3_2_TimeoutTests
{
    [Fact]
    public async Task Command_ThatDoesNotCome_Is421AfterFiveMinutes()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        host.Time.Advance(TimeSpan.FromSeconds(299));
        await client.CommandAsync("NOOP", "250");
        host.Time.Advance(TimeSpan.FromSeconds(299));
        await client.CommandAsync("NOOP", "250");
        host.Time.Advance(TimeSpan.FromSeconds(302));
        await client.ExpectAsync("421 4.4.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "timeout"));
    }

    [Fact]
    public async Task Line_ThatTrickles_IsNoCommandAndTimesOut()
    {
        await using SessionHost host = new(listener => listener.Smtp.CommandTimeout = TimeSpan.FromSeconds(10));
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("NOO");
        host.Time.Advance(TimeSpan.FromSeconds(12));
        await client.ExpectAsync("421 4.4.2");
    }

    [Fact]
    public async Task Content_ThatPauses_Is421AfterThreeMinutes()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        host.Time.Advance(TimeSpan.FromSeconds(179));
        await client.SendAsync("A: b\r\n");
        host.Time.Advance(TimeSpan.FromSeconds(179));
        await client.SendAsync("\r\n");
        host.Time.Advance(TimeSpan.FromSeconds(182));
        await client.ExpectAsync("421 4.4.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(0, host.Store.Count);
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "abandoned"));
    }

    [Fact]
    public async Task Session_OverItsTime_Is421()
    {
        await using SessionHost host = new(listener => listener.Smtp.SessionTimeMax = TimeSpan.FromMinutes(2));
        TestClient client = await host.IntroducedAsync();
        for (int i = 0; i < 5; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(23));
            await client.CommandAsync("NOOP", "250");
        }

        host.Time.Advance(TimeSpan.FromSeconds(10));
        await client.ExpectAsync("421 4.4.2");
        client.EndHalf();
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "session-timeout"));
    }

    [Fact]
    public async Task Session_OverItsTimeWithinContent_Is421AndNothingIsCommitted()
    {
        await using SessionHost host = new(listener => listener.Smtp.SessionTimeMax = TimeSpan.FromMinutes(2));
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n");
        host.Time.Advance(TimeSpan.FromSeconds(125));
        await client.ExpectAsync("421 4.4.2");
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Session_OverItsTimeWhileCommitting_IsToldOfTheCommitFirst()
    {
        await using SessionHost host = new(listener => listener.Smtp.SessionTimeMax = TimeSpan.FromMinutes(2));
        host.Store.Gate = new TaskCompletionSource();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        host.Time.Advance(TimeSpan.FromMinutes(3));
        host.Store.Gate.SetResult();
        await client.ExpectAsync("250 2.0.0 Ok: queued");
        await client.ExpectAsync("421 4.4.2");
        Assert.Equal(1, host.Store.Count);
    }

    [Fact]
    public async Task Content_BelowTheLeastRate_Is421AfterTheGrace()
    {
        await using SessionHost host = new(listener =>
        {
            listener.Smtp.DataBytesPerSecondMin = 100;
            listener.Smtp.DataRateGrace = TimeSpan.FromSeconds(30);
        });
        TestClient client = await host.InDataAsync();
        // 1,000 bytes earn ten seconds besides the grace.
        await client.SendAsync(new string('x', 998) + "\r\n");
        host.Time.Advance(TimeSpan.FromSeconds(39));
        await client.SendAsync("y");
        host.Time.Advance(TimeSpan.FromSeconds(2));
        await client.ExpectAsync("421 4.4.2");
    }

    [Theory]
    [InlineData("BDAT 1\r\ny", "250")]
    [InlineData("BDAT 5\r\ny", null)]
    public async Task Chunks_BelowTheLeastRate_HaveOneGraceForAll(string next, string? reply)
    {
        await using SessionHost host = new(listener =>
        {
            listener.Smtp.DataBytesPerSecondMin = 100;
            listener.Smtp.DataRateGrace = TimeSpan.FromSeconds(30);
        });
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 1000\r\n" + new string('x', 1000));
        await client.ExpectAsync("250 2.0.0 1000 octets");
        host.Time.Advance(TimeSpan.FromSeconds(39));
        await client.SendAsync(next);
        if (reply is not null)
        {
            await client.ExpectAsync(reply);
        }

        host.Time.Advance(TimeSpan.FromSeconds(2));
        await client.ExpectAsync("421 4.4.2");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Chunks_WhereNoRateIsAsked_MayPauseAsCommandsMay()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 1\r\nx");
        await client.ExpectAsync("250");
        host.Time.Advance(TimeSpan.FromSeconds(299));
        await client.SendAsync("BDAT 1 LAST\r\nx");
        await client.ExpectAsync("250 2.0.0 Ok: queued");
    }

    [Fact]
    public async Task Content_AtTheLeastRate_IsTaken()
    {
        await using SessionHost host = new(listener =>
        {
            listener.Smtp.DataBytesPerSecondMin = 100;
            listener.Smtp.DataRateGrace = TimeSpan.FromSeconds(5);
        });
        TestClient client = await host.InDataAsync();
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync(new string('x', 198) + "\r\n");
            host.Time.Advance(TimeSpan.FromSeconds(2));
        }

        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
    }

    [Fact]
    public async Task Client_ThatDoesNotRead_IsReset()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        // More replies than the transport holds.
        await client.SendAsync(string.Concat(Enumerable.Repeat("HELP\r\n", 9000)));
        host.Time.Advance(TimeSpan.FromSeconds(62));
        await client.Served;
        Assert.True(host.LastConnection!.IsAborted);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "write-timeout"));
    }
}
