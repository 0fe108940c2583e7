using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Workers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

/// <summary>Allocation gate of the commit path. All workers run on the thread of the test, so everything that a message costs is counted.</summary>
public sealed class CommitAllocationTests : IDisposable
{
    private const int BytesForEachMessage = 1_100;
    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly Settlement _done = new() { Done = [0] };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task StageCommitAndDeliver_SmallMessageInSteadyState_AllocatesLittle()
    {
        StagingArea staging = new(new StagingOptions { BytesMax = 64 << 20 });
        ManualPump pump = new();
        MessageIdGenerator ids = new(TimeProvider.System);
        QueueOptions options = new() { Directory = _directory, SegmentBytes = 4 << 20 };
        await using MessageStore store = MessageStore.Open(
            options, staging, TimeProvider.System, new MetricRecorder(), NullLogger.Instance, ids, new LinuxFileSystem(), pump);
        Envelope envelope = new()
        {
            ReversePath = MailPath.Null,
            Recipients = [new EnvelopeRecipient(new MailPath("a@example.org"u8.ToArray(), 1, "example.org"))],
            Received = DateTimeOffset.UnixEpoch,
        };
        byte[] content = new byte[4096];
        for (int i = 0; i < 300; i++)
        {
            await PassAsync(store, staging, ids, envelope, content);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            await PassAsync(store, staging, ids, envelope, content);
        }

        long perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / 200;
        Assert.True(perMessage <= BytesForEachMessage, $"{perMessage} bytes for each message");
    }

    private async ValueTask PassAsync(MessageStore store, StagingArea staging, MessageIdGenerator ids, Envelope envelope, byte[] content)
    {
        StagedMessage staged = staging.TryBegin(content.Length)!;
        staged.TryAppend(content);
        staged.Seal();
        MessageId id = ids.Next();
        await store.CommitAsync([new Submission(id, envelope, staged.Bytes)], staged);
        store.Arrivals.TryRead(out _);
        using QueuedMessage? message = await store.OpenAsync(id, CancellationToken.None);
        await store.SettleAsync(message!, _done);
    }
}
