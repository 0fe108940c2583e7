using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Scanning;
using EdgeSmtp.Toolkit.Tables;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Scanning;

public sealed class ContentDigestTests
{
    private const int Megabyte = 1024 * 1024;

    private readonly TestTransaction _transaction = new(new TestSession());

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 0)]
    [InlineData(1000, 7)]
    [InlineData(ContentDigest.InlineBytesMax, 4096)]
    [InlineData(ContentDigest.InlineBytesMax + 1, 4096)]
    [InlineData((3 * Megabyte) + 17, 0)]
    [InlineData((3 * Megabyte) + 17, 300_000)]
    public async Task Digest_AnySizeInAnyBlocks_IsSha256OfWhatFollowsTheTrace(int length, int blockBytes)
    {
        byte[] message = new byte[100 + length];
        new Random(length).NextBytes(message);
        using TestMessageContent content = new(message, traceLength: 100, blockBytes);
        _transaction.Staged = content;

        byte[] expected = SHA256.HashData(message.AsSpan(100));
        Digest256 digest = await ContentDigest.OfAsync(_transaction, CancellationToken.None);

        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(expected), digest.High);
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(expected.AsSpan(16)), digest.Low);
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(8, Megabyte)]
    public async Task Digest_AskedForByManyFilters_ReadsTheContentOnce(int blocks, int blockBytes)
    {
        WatchedContent content = new(blocks, blockBytes);
        _transaction.Staged = content;
        ValueTask<Digest256>[] asked = [.. Enumerable.Range(0, 5).Select(_ => ContentDigest.OfAsync(_transaction, CancellationToken.None))];
        HashSet<Digest256> digests = [];
        foreach (ValueTask<Digest256> one in asked)
        {
            digests.Add(await one);
        }

        digests.Add(await ContentDigest.OfAsync(_transaction, CancellationToken.None));
        Assert.Single(digests);
        Assert.Equal(blocks, content.Reads);
    }

    [Fact]
    public async Task Digest_OfContentThatWasReplaced_IsMadeAnew()
    {
        using TestMessageContent first = new("a"), second = new("b");
        _transaction.Staged = first;
        Digest256 before = await ContentDigest.OfAsync(_transaction, CancellationToken.None);
        _transaction.Staged = second;
        Assert.NotEqual(before, await ContentDigest.OfAsync(_transaction, CancellationToken.None));
    }

    [Fact]
    public async Task Digest_GivenUp_TouchesTheContentNoMoreOnceItHasEnded()
    {
        using CancellationTokenSource source = new();
        WatchedContent content = new(blocks: 64, Megabyte) { OnRead = source.Cancel };
        _transaction.Staged = content;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ContentDigest.OfAsync(_transaction, source.Token));
        Assert.Equal(1, content.Reads);
    }

    [Fact]
    public async Task Digest_GivenUpByTheOneThatBegan_IsMadeByTheOther()
    {
        using CancellationTokenSource source = new();
        WatchedContent content = new(blocks: 4, Megabyte) { OnRead = source.Cancel };
        _transaction.Staged = content;
        ValueTask<Digest256> first = ContentDigest.OfAsync(_transaction, source.Token);
        ValueTask<Digest256> second = ContentDigest.OfAsync(_transaction, CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);
        byte[] expected = SHA256.HashData(new byte[4 * Megabyte]);
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(expected), (await second).High);
    }

    [Fact]
    public async Task Digest_KnownAlready_AllocatesNothing()
    {
        using TestMessageContent content = new("Subject: test\r\n\r\ntext\r\n");
        _transaction.Staged = content;
        for (int i = 0; i < 100; i++)
        {
            await ContentDigest.OfAsync(_transaction, CancellationToken.None);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            await ContentDigest.OfAsync(_transaction, CancellationToken.None);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
