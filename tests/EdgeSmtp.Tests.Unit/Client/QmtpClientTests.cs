using System.Text;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Protocol.Qmtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

public sealed class QmtpClientTests
{
    [Fact]
    public async Task Send_OnePackage_IsWrittenAsTheProtocolSays()
    {
        TaskCompletionSource<string> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        const string Expected = "4:\nhi\n,3:a@b,12:3:c@d,3:e@f,,";
        await using LoopbackServer server = new(async peer =>
        {
            seen.SetResult(Encoding.ASCII.GetString(await peer.ReadExactlyAsync(Expected.Length)));
            await peer.WriteAsync("3:Kok,10:Zlater (#4,");
            await peer.DrainAsync();
        });
        using QmtpClientConnection connection = await OpenAsync(server, TimeProvider.System);
        QmtpSendResult result = await connection.SendAsync([Package("hi\r\n", "c@d", "e@f")], CancellationToken.None);

        Assert.Equal(Expected, await seen.Task);
        Assert.Equal(WireFailure.None, result.Failure);
        Assert.Equal([QmtpReplyKind.Accepted, QmtpReplyKind.Temporary], result.Replies[0].Select(reply => reply!.Kind));
        Assert.True(connection.IsUsable);
    }

    [Fact]
    public async Task Send_ManyPackages_ArePipelined()
    {
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        const string One = "4:\nhi\n,3:a@b,6:3:c@d,,";
        await using LoopbackServer server = new(async peer =>
        {
            // No reply before everything is there.
            await peer.ReadExactlyAsync(One.Length * 20);
            all.SetResult();
            for (int i = 0; i < 20; i++) await peer.WriteAsync(i % 2 == 0 ? "3:Kok," : "3:Dno,");
            await peer.DrainAsync();
        });
        using QmtpClientConnection connection = await OpenAsync(server, TimeProvider.System);
        QmtpSendResult result = await connection.SendAsync([.. Enumerable.Repeat(Package("hi\r\n", "c@d"), 20)], CancellationToken.None);
        Assert.True(all.Task.IsCompleted);
        Assert.Equal(10, result.Replies.Count(replies => replies[0]!.Kind == QmtpReplyKind.Permanent));
        Assert.Equal(20, connection.Packages);
    }

    [Fact]
    public async Task Send_OneReplyForSeveralRecipients_DoesNotHangForEver()
    {
        FakeTimeProvider time = new();
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = new(async peer =>
        {
            await peer.ReadExactlyAsync("4:\nhi\n,3:a@b,12:3:c@d,3:e@f,,".Length);
            await peer.WriteAsync("3:Kok,");
            answered.SetResult();
            await peer.DrainAsync();
        });
        using QmtpClientConnection connection = await OpenAsync(server, time);
        Task<QmtpSendResult> sending = connection.SendAsync([Package("hi\r\n", "c@d", "e@f")], CancellationToken.None).AsTask();
        await answered.Task;
        // The one reply may still be on its way when time begins to pass, so only the second is waited for in the small steps of its own limit.
        QmtpSendResult result = await SmtpHostileServerTests.AdvanceUntilDone(time, sending);
        Assert.Null(result.Replies[0][1]);
        Assert.Equal(WireFailure.TimedOut, result.Failure);
        Assert.False(connection.IsUsable);
    }

    [Theory]
    [InlineData("3:Xok,")]
    [InlineData("0:,")]
    [InlineData("03:Kok,")]
    [InlineData("99999999:K")]
    [InlineData("3:Kok;")]
    [InlineData("hello")]
    public async Task Send_NonsenseForAReply_IsOutOfStep(string nonsense)
    {
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync(nonsense);
            await peer.DrainAsync();
        });
        using QmtpClientConnection connection = await OpenAsync(server, TimeProvider.System);
        QmtpSendResult result = await connection.SendAsync([Package("hi\r\n", "c@d")], CancellationToken.None);
        Assert.Equal(WireFailure.OutOfStep, result.Failure);
        Assert.Null(result.Replies[0][0]);
    }

    [Fact]
    public async Task Send_ServerCloses_NothingIsDecided()
    {
        await using LoopbackServer server = new(async peer => await peer.ReadExactlyAsync(3));
        using QmtpClientConnection connection = await OpenAsync(server, TimeProvider.System);
        QmtpSendResult result = await connection.SendAsync([Package("hi\r\n", "c@d")], CancellationToken.None);
        Assert.Equal(WireFailure.Closed, result.Failure);
        Assert.Null(result.Replies[0][0]);
    }

    [Fact]
    public async Task Send_LargeContent_ArrivesWhole()
    {
        string content = string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 20_000));
        TaskCompletionSource<string> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string expected = $"{content.Length + 1 - 20_000}:\n{content.Replace("\r\n", "\n", StringComparison.Ordinal)},3:a@b,6:3:c@d,,";
        await using LoopbackServer server = new(async peer =>
        {
            seen.SetResult(Encoding.ASCII.GetString(await peer.ReadExactlyAsync(expected.Length)));
            await peer.WriteAsync("3:Kok,");
            await peer.DrainAsync();
        });
        using QmtpClientConnection connection = await OpenAsync(server, TimeProvider.System);
        QmtpSendResult result = await connection.SendAsync([Package(content, "c@d")], CancellationToken.None);
        Assert.True(await seen.Task == expected);
        Assert.Equal(QmtpReplyKind.Accepted, result.Replies[0][0]!.Kind);
    }

    [Theory]
    [InlineData("hi\r\n", "4:\nhi\n,")]
    [InlineData("", "1:\n,")]
    [InlineData("no line end", "12:\nno line end,")]
    [InlineData("bare\rcr\r\n", "10:\rbare\rcr\r\n,")]
    [InlineData("bare\nlf\r\n", "10:\rbare\nlf\r\n,")]
    [InlineData("last\r", "6:\rlast\r,")]
    public async Task Send_Content_IsLfCodedWhereNothingIsLost(string content, string expected)
    {
        TaskCompletionSource<string> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = new(async peer =>
        {
            seen.SetResult(Encoding.ASCII.GetString(await peer.ReadExactlyAsync(expected.Length)));
            await peer.WriteAsync("3:Kok,");
            await peer.DrainAsync();
        });
        using QmtpClientConnection connection = await OpenAsync(server, TimeProvider.System);
        await connection.SendAsync([Package(content, "c@d")], CancellationToken.None);
        Assert.Equal(expected, await seen.Task);
    }

    private static QmtpPackage Package(string content, params string[] recipients) =>
        new(ClientCase.Path("a@b"), [.. recipients.Select(ClientCase.Path)], ClientCase.Bytes(content));

    private static async Task<QmtpClientConnection> OpenAsync(LoopbackServer server, TimeProvider time)
    {
        QmtpConnectResult result = await QmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), QmtpClientOptions.Default, time, CancellationToken.None);
        return result.Connection!;
    }
}
