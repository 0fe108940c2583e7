using System.Buffers;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Delivery.Scheduling;
using EdgeSmtp.Delivery.Transports;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Benchmarks.Delivery;

/// <summary>A message made into transactions and given a place, for transactions that end at once; and destinations that take turns for the only place.</summary>
[MemoryDiagnoser]
public class SchedulerBenchmarks : IDisposable
{
    private const int Destinations = 50;
    private const int Turns = 2;

    private readonly LaneScheduler _scheduler = new(static _ => ValueTask.CompletedTask) { ConcurrencyMax = Destinations };
    private readonly LaneScheduler _crowded = new(static _ => ValueTask.CompletedTask) { ConcurrencyMax = 0 };
    private readonly DeliverySnapshot _snapshot = Snapshot();
    private readonly List<DeliveryBatch> _waiting = [];
    private BatchMaker _batches = null!;
    private Message? _one;
    private Message? _many;

    [GlobalSetup]
    public void Setup()
    {
        DiscardTransport nowhere = new();
        _batches = new BatchMaker(new LaneTable(new TransportSet(nowhere, nowhere, nowhere, nowhere), new MetricRecorder(), TimeProvider.System));
        _one = new Message(["a@d0.example"]);
        _many = new Message([.. Enumerable.Range(0, 20).Select(static i => $"r{i}@d{i % 5}.example")]);
        Message crowd = new([.. Enumerable.Range(0, Destinations).Select(static i => $"r{i}@d{i}.example")]);
        for (int i = 0; i < Turns; i++) _waiting.AddRange(_batches.Make(new MessageAttempt(crowd, _snapshot, DateTimeOffset.UnixEpoch)));
    }

    [Benchmark]
    public int OneRecipient() => Start(_one!);

    [Benchmark]
    public int TwentyRecipientsOfFiveDomains() => Start(_many!);

    /// <summary>A hundred transactions of fifty destinations for one place.</summary>
    [Benchmark]
    public int HundredTurns()
    {
        foreach (DeliveryBatch batch in _waiting) _crowded.Enqueue(batch);
        _crowded.ConcurrencyMax = 1;
        _crowded.Fill();
        _crowded.ConcurrencyMax = 0;
        return _crowded.Running;
    }

    public void Dispose()
    {
        _one?.Dispose();
        _many?.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Start(Message message)
    {
        DeliveryBatch[] batches = _batches.Make(new MessageAttempt(message, _snapshot, DateTimeOffset.UnixEpoch));
        foreach (DeliveryBatch batch in batches) _scheduler.Enqueue(batch);
        return batches.Length;
    }

    private static DeliverySnapshot Snapshot()
    {
        DeliveryOptions options = new() { Hostname = "mx.relay.test", Postmaster = Path("postmaster@relay.test"), DataDirectory = "/nowhere" };
        List<string> errors = [];
        RouteTable routes = RouteTable.Create(new Dictionary<string, RouteOptions>(), new DomainTable([]), options, static _ => null, errors) ?? throw new InvalidOperationException(errors[0]);
        return new DeliverySnapshot(routes, options);
    }

    private static MailPath Path(string text)
    {
        _ = MailPathParser.TryParse(System.Text.Encoding.ASCII.GetBytes(text), allowUtf8: false, out MailPath path);
        return path;
    }

    private sealed class Message(string[] recipients) : QueuedMessage
    {
        public override MessageId Id => default;

        public override Envelope Envelope { get; } = new()
        {
            ReversePath = MailPath.Null,
            Recipients = [.. recipients.Select(static recipient => new EnvelopeRecipient(Path(recipient)))],
            Received = DateTimeOffset.UnixEpoch,
        };

        public override int Attempts => 0;

        public override ReadOnlySequence<byte> Content => default;

        public override bool IsDone(int recipient) => false;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
