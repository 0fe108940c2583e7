using EdgeSmtp.Core.Storage;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc3030;

/// <summary>CHUNKING and BINARYMIME.</summary>
public sealed class ChunkingTests
{
    [Fact]
    public async Task Chunks_MakeOneMessageByteForByte()
    {
        // BDAT-basic: a bare dot line inside, no un-stuffing.
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 8\r\nA: b\r\n\r\n");
        await client.ExpectAsync("250 2.0.0 8 octets");
        await client.SendAsync("BDAT 13 LAST\r\n..x\r\n.\r\nMAIL\r");
        await client.ExpectAsync("250 2.0.0 Ok: queued");
        Assert.Equal("A: b\r\n\r\n..x\r\n.\r\nMAIL ", Assert.Single(host.Store.Messages).Body);
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Chunks_SplitWithinCrLf_AreNotBare()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 3\r\nab\rBDAT 3 LAST\r\n\ncd");
        await client.ExpectAsync("250");
        await client.ExpectAsync("250 2.0.0 Ok: queued");
        Assert.Equal("ab\r\ncd", Assert.Single(host.Store.Messages).Body);
    }

    [Fact]
    public async Task Chunks_PipelinedWithEverything_AreAnsweredInOrder()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nBDAT 3\r\nabcBDAT 0 LAST\r\nQUIT\r\n");
        await Script.PlayAsync(client, """
            S: 250 2.1.0
            S: 250 2.1.5
            S: 250 2.0.0 3 octets
            S: 250 2.0.0 Ok: queued
            S: 221
            """);
        Assert.Equal("abc", Assert.Single(host.Store.Messages).Body);
    }

    [Fact]
    public async Task Chunks_ByteByByte_AreTheSame()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.TrickleAsync("BDAT 4\r\nA: bBDAT 4 LAST\r\n\r\n\r\nNOOP\r\n");
        await Script.PlayAsync(client, """
            S: 250
            S: 250
            S: 250
            """);
        Assert.Equal("A: b\r\n\r\n", Assert.Single(host.Store.Messages).Body);
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.example>", "503 5.5.1")]
    [InlineData("NOOP", "503 5.5.1")]
    public async Task Chunk_WithoutRecipient_IsSwallowedAndNeverRun(string before, string expected)
    {
        // BDAT-no-rcpt: CVE-2017-16943, CVE-2020-28019.
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync(before, "250");
        string inside = "RCPT TO:<user@example.com>\r\nDATA\r\n.\r\n";
        await client.SendAsync($"BDAT {inside.Length} LAST\r\n{inside}NOOP\r\n");
        await client.ExpectAsync(expected);
        await client.ExpectAsync("250 2.0.0 Ok\r\n");
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Chunk_WhenEveryRecipientWasRefused_Is554AndSwallowed()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@example.com>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
        await Script.PlayAsync(client, """
            S: 250
            S: 550
            S: 554 5.5.1
            S: 250 2.0.0
            """);
    }

    [Theory]
    [InlineData("BDAT -1", "501")]
    [InlineData("BDAT 99999999999999999999", "501")]
    [InlineData("BDAT abc", "501")]
    [InlineData("BDAT 5 5", "501")]
    [InlineData("BDAT", "501")]
    [InlineData("BDAT 9000000000000000000 LAST", "552")]
    public async Task Chunk_WhoseEndIsUnknown_EndsTheSession(string line, string expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync(line, expected);
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Data_AfterAChunk_Is503()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 3\r\nabc");
        await client.ExpectAsync("250");
        await client.CommandAsync("DATA", "503 5.5.1");
        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Fact]
    public async Task Chunk_OverTheLimit_Is552AndTheNextIs503()
    {
        await using SessionHost host = new(listener => listener.Smtp.MessageSizeMax = 65_536);
        TestClient client = await host.InTransactionAsync();
        string chunk = new('x', 40_000);
        await client.SendAsync($"BDAT 40000\r\n{chunk}BDAT 40000\r\n{chunk}BDAT 40000 LAST\r\n{chunk}");
        await client.ExpectAsync("250");
        await client.ExpectAsync("552 5.3.4");
        await client.ExpectAsync("503 5.5.1");
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Chunk_WithoutRoom_Is452AndSwallowed()
    {
        await using SessionHost host = new(prepare: h => h.Staging = new MemoryStaging(1000));
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 5000 LAST\r\n" + new string('x', 5000));
        await client.ExpectAsync("452 4.3.1");
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Chunking_SwitchedOff_Is502AndSwallowed()
    {
        await using SessionHost host = new(listener => listener.Smtp.Chunking = false);
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
        await client.ExpectAsync("502");
        await client.ExpectAsync("250 2.0.0 Ok");
    }

    [Fact]
    public async Task Rset_BetweenChunks_ForgetsThem()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 3\r\nabcRSET\r\nBDAT 3 LAST\r\nabc");
        await client.ExpectAsync("250 2.0.0 3 octets");
        await client.ExpectAsync("250 2.0.0 Ok");
        await client.ExpectAsync("503");
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Binary_WhenOffered_IsExemptFromTheNewlineRuleAndFromData()
    {
        await using SessionHost host = new(listener => listener.Smtp.BinaryMime = true);
        TestClient client = await host.IntroducedAsync();
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example> BODY=BINARYMIME
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 503 5.5.1
            """);
        await client.SendAsync("BDAT 7 LAST\r\na\nb\rc\0\xff");
        await client.ExpectAsync("250");
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal("a\nb\rc\0\xff", message.Body);
        Assert.Equal(EnvelopeFlags.Binary | EnvelopeFlags.EightBit, message.Envelope.Flags);
    }

    [Fact]
    public async Task Client_ThatLeavesWithinAChunk_LeavesNothing()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("BDAT 200 LAST\r\nonly twenty bytes of");
        client.EndHalf();
        await client.Served;
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.Transactions, "mx", "abandoned"));
    }
}
