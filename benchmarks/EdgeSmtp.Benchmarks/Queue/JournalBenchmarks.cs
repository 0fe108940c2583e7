using BenchmarkDotNet.Attributes;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Queue.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Benchmarks.Queue;

/// <summary>
/// The whole life of a 4 KB message in the queue: staged, committed with an fdatasync of its own, opened, settled. All workers run on one thread, so that everything it
/// allocates is counted; its time is mostly the disk's.
/// </summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private readonly StagingArea _staging = new(new StagingOptions { BytesMax = 64 << 20 });
    private readonly MessageIdGenerator _ids = new(TimeProvider.System);
    private readonly Settlement _done = new() { Done = [0] };
    private readonly byte[] _content = BenchmarkMail.Content(4096);
    private string _folder = null!;
    private MessageStore _store = null!;
    private Envelope _envelope = null!;

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("es-bench-").FullName;
        _store = MessageStore.Open(
            new QueueOptions { Directory = _folder, SegmentBytes = 4 << 20 }, _staging, TimeProvider.System, new MetricRecorder(), NullLogger.Instance, _ids, new LinuxFileSystem(), new ManualPump());
        _envelope = new Envelope
        {
            ReversePath = MailPath.Null,
            Recipients = [new EnvelopeRecipient(new MailPath("a@example.org"u8.ToArray(), 1, "example.org"))],
            Received = DateTimeOffset.UnixEpoch,
        };
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public async Task StageCommitAndSettle()
    {
        StagedMessage staged = _staging.TryBegin(_content.Length)!;
        staged.TryAppend(_content);
        staged.Seal();
        MessageId id = _ids.Next();
        await _store.CommitAsync([new Submission(id, _envelope, staged.Bytes)], staged);
        _store.Arrivals.TryRead(out _);
        using QueuedMessage? message = await _store.OpenAsync(id, CancellationToken.None);
        await _store.SettleAsync(message!, _done);
    }
}
