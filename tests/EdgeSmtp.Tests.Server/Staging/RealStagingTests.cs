using EdgeSmtp.Abstractions;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Staging;

/// <summary>Sessions over the staging area of the product: what fits blocks, what spills, what does not fit.</summary>
public sealed class RealStagingTests
{
    private static readonly string Large = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"line {i} {new string('x', i % 90)}\r\n"));

    [Theory]
    [InlineData(10)]
    [InlineData(60_000)]
    [InlineData(1_500_000)]
    public async Task Content_ByEveryWay_IsTheSame(int length)
    {
        string content = "A: b\r\n\r\n" + Large[..length] + "\r\n";
        await using SessionHost host = new(prepare: h => h.RealStaging = new StagingArea(Options(64)));
        TestClient data = await host.InDataAsync();
        await data.SendAsync(content + ".\r\n");
        await data.ExpectAsync("250");
        TestClient chunks = await host.InTransactionAsync();
        await chunks.SendAsync($"BDAT 5\r\n{content[..5]}BDAT {content.Length - 5} LAST\r\n{content[5..]}");
        await chunks.ExpectAsync("250");
        await chunks.ExpectAsync("250");
        Assert.Equal(2, host.Store.Count);
        Assert.All(host.Store.Messages, message => Assert.Equal(content, message.Body));

        await using SessionHost qmtp = new(
            listener => listener.Protocol = SessionProtocol.Qmtp, h => h.RealStaging = new StagingArea(Options(64)));
        TestClient package = qmtp.Connect();
        await package.SendAsync(QmtpWire.Package("\r" + content, "a@b.example", "user@example.com"));
        Assert.StartsWith("K", await package.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(content, Assert.Single(qmtp.Store.Messages).Body);
    }

    [Fact]
    public async Task Content_BeyondTheBudget_Is452AndEverythingComesBack()
    {
        await using SessionHost host = new(prepare: h => h.RealStaging = new StagingArea(Options(1)));
        TestClient client = await host.InDataAsync();
        await client.SendAsync(Large + Large + ".\r\n");
        await client.ExpectAsync("452 4.3.1");
        Assert.Equal(0, host.RealStaging!.Budget.BytesUsed);
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=5000000", "452 4.3.1");
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=500", "250");
    }

    private static StagingOptions Options(long mebibytes) => new() { BytesMax = mebibytes * 1024 * 1024, SpillBytes = 256 * 1024 };
}
