using System.Buffers;
using System.Text;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Workers;
using EdgeSmtp.Testing.FileSystem;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeSmtp.Tests.Unit.Queue;

/// <summary>A store on a disk in memory, with all its workers on the thread of the test.</summary>
internal sealed class StoreRig : IAsyncDisposable
{
    public StoreRig(FaultFileSystem files)
        : this(null, null, 64 << 20, files)
    {
    }

    public StoreRig(QueueOptions? options = null, StoreRig? after = null, long stagingBytes = 64 << 20)
        : this(options, after, stagingBytes, after?.Files ?? new FaultFileSystem())
    {
    }

    private StoreRig(QueueOptions? options, StoreRig? after, long stagingBytes, FaultFileSystem files)
    {
        Options = options ?? after?.Options ?? DefaultOptions();
        Files = files;
        Time = after?.Time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        Staging = new StagingArea(new StagingOptions { BytesMax = stagingBytes });
        Ids = new MessageIdGenerator(Time);
        Store = MessageStore.Open(Options, Staging, Time, Metrics, NullLogger.Instance, Ids, Files, Pump);
        Pump.Run();
    }

    public QueueOptions Options { get; }

    public FaultFileSystem Files { get; }

    public FakeTimeProvider Time { get; }

    public StagingArea Staging { get; }

    public MessageIdGenerator Ids { get; }

    public MetricRecorder Metrics { get; } = new();

    public ManualPump Pump { get; } = new();

    public MessageStore Store { get; }

    public static QueueOptions DefaultOptions() => new() { Directory = "/queue", SegmentBytes = 1 << 20, ReaderThreads = 1 };

    /// <summary>Commits a message that waits for something else than delivery.</summary>
    public async Task<MessageId> CommitAsync(byte[] content, Func<Envelope, Envelope> change, int recipients = 1)
    {
        Submission message = new(Ids.Next(), change(NewEnvelope(recipients)), new ReadOnlySequence<byte>(content));
        return await Store.CommitAsync([message], null) == CommitResult.Committed ? message.Id : default;
    }

    public Envelope NewEnvelope(int recipients = 1, EnvelopeFlags flags = EnvelopeFlags.None) => new()
    {
        ReversePath = new MailPath("a@example.org"u8.ToArray(), 1, "example.org"),
        Recipients = [.. Enumerable.Range(0, recipients).Select(static i => new EnvelopeRecipient(new MailPath(Encoding.ASCII.GetBytes($"r{i}@example.net"), 1 + $"{i}".Length, "example.net")))],
        Received = Time.GetUtcNow(),
        Flags = flags,
    };

    /// <summary>Stages and commits, as a session does.</summary>
    public async Task<MessageId> CommitAsync(byte[] content, int recipients = 1, EnvelopeFlags flags = EnvelopeFlags.None)
    {
        StagedMessage staged = Staging.TryBegin(content.Length) ?? throw new InvalidOperationException("No budget.");
        staged.TryAppend(content);
        staged.Seal();
        MessageId id = Ids.Next();
        CommitResult result = await Store.CommitAsync([new Submission(id, NewEnvelope(recipients, flags), staged.Bytes)], staged);
        return result == CommitResult.Committed ? id : default;
    }

    public Submission NewReport(string content = "report") => new(Ids.Next(), NewEnvelope(), new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(content)));

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
