using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc1870;

/// <summary>SIZE, and the one budget behind it.</summary>
public sealed class SizeTests
{
    [Theory]
    [InlineData("0", "250")]
    [InlineData("65535", "250")]
    [InlineData("65536", "250")]
    [InlineData("65537", "552 5.3.4")]
    [InlineData("99999999999999999999", "552 5.3.4")]
    [InlineData("999999999999999999999", "501 5.5.4")]
    public async Task Declared_AroundTheLimit_IsJudgedAtMail(string size, string expected)
    {
        await using SessionHost host = new(listener => listener.Smtp.MessageSizeMax = 65_536);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync($"MAIL FROM:<a@b.example> SIZE={size}", expected);
    }

    [Fact]
    public async Task Declared_IsReservedAtMailAndGivenBackAtTheEnd()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=5000", "250");
        Assert.Equal(5000, host.Staging.Budget.BytesUsed);
        await client.CommandAsync("RSET", "250");
        Assert.Equal(0, host.Staging.Budget.BytesUsed);
    }

    [Theory]
    [InlineData("DATA", 1_250_000)]
    [InlineData("BDAT 1250000", 0)]
    public async Task Content_FarOverTheLimit_IsRefusedWithAWordToTheOperatorAndTheEnd(string command, int bytes)
    {
        await using SessionHost host = new(static listener =>
        {
            listener.Smtp.MessageSizeMax = 65_536;
            listener.Replies = new Dictionary<string, string> { ["too-large"] = "At most 64 KB" };
        });
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync(command + "\r\n");
        if (bytes > 0)
        {
            await client.ExpectAsync("354");
            await client.SendAsync(new string('x', bytes));
        }

        await client.ExpectAsync("552 5.3.4 At most 64 KB [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Contains(host.Events.Lines, static line => line.Contains("\"reason\":\"too-large\"", StringComparison.Ordinal) && line.Contains("\"to\":\"user@example.com\"", StringComparison.Ordinal));
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "too-large"));
        Assert.Equal(0, host.Value(SessionMetrics.Transactions, "mx", "abandoned"));
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "violation"));
    }

    [Fact]
    public async Task Declared_WithoutRoom_Is452AtMailAndTakenLater()
    {
        await using SessionHost host = new(prepare: h => h.Staging = new MemoryStaging(10_000));
        TestClient first = await host.IntroducedAsync();
        await first.CommandAsync("MAIL FROM:<a@b.example> SIZE=8000", "250");
        TestClient second = await host.IntroducedAsync();
        await second.CommandAsync("MAIL FROM:<a@b.example> SIZE=8000", "452 4.3.1");
        await first.CommandAsync("QUIT", "221");
        await second.CommandAsync("MAIL FROM:<a@b.example> SIZE=8000", "250");
    }

    [Fact]
    public async Task Growth_WithoutRoom_Is452AtTheEndAndFreesWhatItHad()
    {
        await using SessionHost host = new(prepare: h => h.Staging = new MemoryStaging(10_000));
        TestClient client = await host.InDataAsync();
        await client.SendAsync(new string('x', 20_000) + "\r\n");
        Assert.Equal(0, host.Staging.Budget.BytesUsed);
        await client.SendAsync(new string('x', 200_000) + "\r\n.\r\n");
        await client.ExpectAsync("452 4.3.1");
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "no-space"));
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354
            C: small
            C: .
            S: 250
            """);
    }

    [Fact]
    public async Task ManyLargeMessagesAtOnce_GetRoomOr452AndNothingLeaks()
    {
        await using SessionHost host = new(prepare: h => h.Staging = new MemoryStaging(1_000_000));
        List<TestClient> clients = [];
        for (int i = 0; i < 20; i++)
        {
            clients.Add(await host.InDataAsync($"192.0.2.{i + 1}"));
        }

        string block = string.Concat(Enumerable.Repeat(new string('x', 78) + "\r\n", 125));
        for (int round = 0; round < 20; round++)
        {
            foreach (TestClient client in clients)
            {
                await client.SendAsync(block);
            }
        }

        int taken = 0;
        foreach (TestClient client in clients)
        {
            await client.SendAsync(".\r\n");
            string reply = await client.ReplyAsync();
            Assert.True(reply.StartsWith("250", StringComparison.Ordinal) || reply.StartsWith("452 4.3.1", StringComparison.Ordinal), reply);
            taken += reply[0] == '2' ? 1 : 0;
        }

        Assert.Equal(taken, host.Store.Count);
        Assert.All(host.Store.Messages, message => Assert.Equal(200_000, message.Body.Length));
    }
}
