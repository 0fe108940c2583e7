using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"The mail data are terminated by a line containing only a period, that is, the character sequence &lt;CRLF&gt;.&lt;CRLF&gt;."</summary>
public sealed class Section4_1_1_4_DataTests
{
    [Fact]
    public async Task Data_Complete_IsCommittedByteForByte()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        string body = "Subject: hi\r\n\r\nHello\r\n\x80\xff\r\n";
        await client.SendAsync(body + ".\r\n");
        string reply = await client.ExpectAsync("250 2.0.0 Ok: queued as ");
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal(body, message.Body);
        Assert.Equal("sender@example.net", message.From);
        Assert.Equal(["user@example.com"], message.To);
        Assert.Contains(message.Id.ToString(), reply, StringComparison.Ordinal);
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "committed"));
    }

    [Fact]
    public async Task Data_OfADotAlone_IsAnEmptyMessage()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250 ");
        Assert.Equal(string.Empty, Assert.Single(host.Store.Messages).Body);
    }

    [Fact]
    public async Task Data_SplitAtEveryByte_IsOneMessage()
    {
        await using SessionHost host = new();
        TestClient client = host.Connect();
        await client.TrickleAsync("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nDATA\r\nA: b\r\n\r\n..dot\r\n.\r\nQUIT\r\n");
        string all = await client.ReadToEndAsync();
        Assert.Contains("\r\n221 ", all, StringComparison.Ordinal);
        Assert.Equal("A: b\r\n\r\n.dot\r\n", Assert.Single(host.Store.Messages).Body);
    }

    [Fact]
    public async Task Data_SplitInTwoAtEachPosition_IsTheSame()
    {
        const string Wire = "A: b\r\n\r\n..x\r\n.\r\n";
        for (int i = 1; i < Wire.Length; i++)
        {
            await using SessionHost host = new();
            TestClient client = await host.InDataAsync();
            await client.SendAsync(Wire[..i]);
            await client.SendAsync(Wire[i..]);
            await client.ExpectAsync("250 ");
            Assert.Equal("A: b\r\n\r\n.x\r\n", Assert.Single(host.Store.Messages).Body);
        }
    }

    [Fact]
    public async Task Data_WithCommandsBehindIt_GivesThemBack()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<other@example.com>\r\nDATA\r\n");
        await Script.PlayAsync(client, """
            S: 250 2.0.0
            S: 250 2.1.0
            S: 250 2.1.5
            S: 354 
            C: .
            S: 250 2.0.0
            """);
        Assert.Equal(2, host.Store.Count);
        Assert.Equal(string.Empty, host.Store.Messages[1].From);
    }

    [Fact]
    public async Task Data_WithArgument_Is501()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("DATA now", "501 5.5.4");
    }

    [Fact]
    public async Task Data_WhenEveryRecipientWasRefused_Is554()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<nobody@example.com>
            S: 550 5.1.1
            C: DATA
            S: 554 5.5.1
            """);
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Data_WhenTheStoreIsFull_Is452AndTheSessionGoesOn()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        host.Store.Result = Core.Storage.CommitResult.Full;
        await client.SendAsync("A: b\r\n\r\n.\r\n");
        await client.ExpectAsync("452 4.3.1");
        host.Store.Result = Core.Storage.CommitResult.Committed;
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354 
            C: .
            S: 250
            """);
    }

    [Fact]
    public async Task Data_WhenTheStoreFailed_Is451()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        host.Store.Result = Core.Storage.CommitResult.Failed;
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("451 4.3.0");
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "store-failed"));
    }

    [Fact]
    public async Task Data_WhenTheStoreThrows_Is421AndTheSessionEnds()
    {
        // A failure of ours is temporary for the client, and is not taken for one of the connection.
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        host.Store.Failure = new IOException("the disk, not the client");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("421 4.3.0");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "failed"));
    }

    [Fact]
    public async Task Reply_BeforeTheCommitIsDurable_IsNotSent()
    {
        await using SessionHost host = new();
        host.Store.Gate = new TaskCompletionSource();
        TestClient client = await host.InDataAsync();
        await client.SendAsync(".\r\n");
        Task<string> reply = client.ReplyAsync();
        Assert.False(reply.IsCompleted);
        host.Store.Gate.SetResult();
        Assert.StartsWith("250 ", await reply, StringComparison.Ordinal);
    }
}
