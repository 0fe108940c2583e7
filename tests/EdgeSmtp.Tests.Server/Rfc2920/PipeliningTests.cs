using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc2920;

/// <summary>PIPELINING: groups of commands, and clients that use it before it was offered.</summary>
public sealed class PipeliningTests
{
    [Fact]
    public async Task Group_IsAnsweredInOrderInOneFlush()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nRCPT TO:<nobody@example.com>\r\nDATA\r\n");
        System.IO.Pipelines.ReadResult sent = await host.LastConnection!.ClientReader.ReadAsync(TestContext.Current.CancellationToken);
        string all = System.Text.Encoding.ASCII.GetString(sent.Buffer.ToSpan());
        host.LastConnection.ClientReader.AdvanceTo(sent.Buffer.End);
        Assert.Equal(
            ["250 2.1.0 Ok", "250 2.1.5 Ok", "550 5.1.1 Recipient unknown [*]", "354 End data with <CR><LF>.<CR><LF>", ""],
            TestClient.ReplyId().Replace(all, "[*]").Split("\r\n"));
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
    }

    [Fact]
    public async Task Data_RefusedInAGroup_LeavesTheRestAsCommands()
    {
        // PAR-data-rejected-pipelined: no message may come of lines that have no envelope of their own.
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync(
            "MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@example.com>\r\nDATA\r\nSubject: x\r\n\r\nRCPT TO:<user@example.com>\r\nDATA\r\nMAIL FROM:<c@d.example>\r\n.\r\nQUIT\r\n");
        string all = await client.ReadToEndAsync();
        Assert.Contains("554 5.5.1", all, StringComparison.Ordinal);
        Assert.Equal(0, host.Store.Count);
    }

    [Theory]
    [InlineData("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n", true)]
    [InlineData("EHLO c.example\r\n", false)]
    [InlineData("NOOP\r\nEHLO c.example\r\n", true)]
    [InlineData("HELO c.example\r\nMAIL FROM:<a@b.example>\r\n", true)]
    public async Task Commands_BehindAnUnansweredHello_AreAViolation(string text, bool isViolation)
    {
        await using SessionHost host = new();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = await host.GreetedAsync();
        await client.SendAsync(text);
        await client.ExpectAsync("250");
        Assert.Equal(isViolation ? [ProtocolViolation.PipelinedBeforeHello] : [], filter.Violations);
        Assert.Equal(isViolation ? 1 : 0, host.Value(SessionMetrics.Violations, "mx", "pipelined-before-hello"));
    }

    [Fact]
    public async Task Commands_PipelinedAfterEhlo_AreNone()
    {
        await using SessionHost host = new();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync("NOOP\r\nNOOP\r\nNOOP\r\n");
        await client.ExpectAsync("250");
        await client.ExpectAsync("250");
        await client.ExpectAsync("250");
        Assert.Empty(filter.Violations);
    }

    [Fact]
    public async Task Violation_ThatDisconnects_EndsTheSession()
    {
        await using SessionHost host = new();
        host.With(new FakeFilter { Violation = (_, _) => Verdict.From(FakeFilter.Disconnect) });
        TestClient client = await host.GreetedAsync();
        await client.SendAsync("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n");
        await client.ExpectAsync("554 5.7.1 Away [");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Replies_ToAFloodThatReads_AllArrive()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        Task sending = client.SendAsync(string.Concat(Enumerable.Repeat("NOOP\r\n", 9000)));
        for (int i = 0; i < 9000; i++)
        {
            Assert.Equal("250 2.0.0 Ok", await client.LineAsync());
        }

        await sending;
    }
}
