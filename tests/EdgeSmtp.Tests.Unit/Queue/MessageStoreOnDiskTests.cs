#pragma warning disable CA1416 // The queue is for Linux, and so are its tests.

using System.Buffers;
using System.Collections.Concurrent;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Inspection;
using EdgeSmtp.Queue.Staging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

/// <summary>The real threads on the real disk.</summary>
public sealed class MessageStoreOnDiskTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly StagingArea _staging = new(new StagingOptions { BytesMax = 64 << 20, SpillBytes = 64 << 10 });
    private readonly MessageIdGenerator _ids = new(TimeProvider.System);
    private readonly MetricRecorder _metrics = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Store_ManySessionsAtOnce_KeepsEveryByteThroughRestart()
    {
        ConcurrentDictionary<MessageId, byte[]> kept = new();
        await using (MessageStore store = await OpenAsync())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
            await Task.WhenAll(Enumerable.Range(0, 16).Select(session => SessionAsync(store, session, kept)));
            Assert.Equal(kept.Count, store.Count);
        }

        await using MessageStore next = await OpenAsync();
        Assert.True(next.Recovery.IsClean);
        Assert.Equal(0, next.Recovery.FramesReplayed);
        Assert.Equal(kept.Keys.Order(), next.List().Select(static m => m.Id));
        foreach ((MessageId id, byte[] content) in kept)
        {
            using QueuedMessage? message = await next.OpenAsync(id, CancellationToken.None);
            Assert.Equal(content, message!.Content.ToArray());
        }

        Assert.Equal(kept.Count, _metrics.Value(QueueMetrics.ColdReads));
    }

    [Fact]
    public async Task Open_DirectoryInUse_IsRefused()
    {
        await using MessageStore store = await OpenAsync();
        await Assert.ThrowsAsync<IOException>(OpenAsync);
        Assert.Throws<IOException>(() => QueueReader.Open(_directory));
    }

    private static byte[] ContentOf(int session, int number)
    {
        byte[] content = new byte[number % 10 == 0 ? 300_000 : 500 + session * 37 + number * 91];
        new Random(session * 1000 + number).NextBytes(content);
        return content;
    }

    private async Task SessionAsync(MessageStore store, int session, ConcurrentDictionary<MessageId, byte[]> kept)
    {
        for (int number = 0; number < 40; number++)
        {
            byte[] content = ContentOf(session, number);
            StagedMessage staged = _staging.TryBegin(content.Length)!;
            Assert.True(staged.TryAppend(content));
            staged.Seal();
            MessageId id = _ids.Next();
            Envelope envelope = new()
            {
                ReversePath = MailPath.Null,
                Recipients = [new EnvelopeRecipient(new MailPath("a@example.org"u8.ToArray(), 1, "example.org"))],
                Received = DateTimeOffset.UnixEpoch,
            };
            Assert.Equal(CommitResult.Committed, await store.CommitAsync([new Submission(id, envelope, staged.Bytes)], staged));
            if (number % 3 == 0)
            {
                kept[id] = content;
                continue;
            }

            using QueuedMessage? message = await store.OpenAsync(id, CancellationToken.None);
            Assert.Equal(content, message!.Content.ToArray());
            await store.SettleAsync(message, new Settlement { Done = [0], Durable = number % 2 == 0 });
        }

        await store.FlushAsync();
    }

    private Task<MessageStore> OpenAsync() => MessageStore.OpenAsync(
        new QueueOptions { Directory = _directory, SegmentBytes = 1 << 20, InlineBytesMax = 64 << 10 },
        _staging,
        TimeProvider.System,
        _metrics,
        NullLoggerFactory.Instance,
        _ids);
}
