using System.Buffers;
using System.Net;
using System.Text;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Delivery.Maildirs;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Tests.Unit.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>A delivery service with everything around it in memory, and real sockets to servers on loopback.</summary>
internal sealed class DeliveryCase : IAsyncDisposable
{
    public const string Message = "Received: from x by edge; now\r\nFrom: a@b\r\nSubject: test\r\n\r\nbody\r\n.dot\r\n";

    private HopOffers? _offers;
    private DeliveryService? _service;

    public DeliveryCase()
    {
        Store = new FakeStore(Time);
        Events = new EventRecorder(Time);
        Ids = new MessageIdGenerator(Time);
        Options = new DeliveryOptions { Hostname = "edge.example.test", Postmaster = ClientCase.Path("postmaster@edge.example.test"), DataDirectory = Folder };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public FakeStore Store { get; set; }

    public FakeDns Dns { get; } = new();

    /// <summary>Begins spans of attempts; nobody does unless a test says so.</summary>
    public Tracer? Tracer { get; set; }

    public MetricRecorder Metrics { get; } = new();

    public EventRecorder Events { get; }

    public MessageIdGenerator Ids { get; }

    public OwnIdentity Self { get; set; } = new(["edge.example.test"], [], []);

    public DeliveryOptions Options { get; set; }

    public Dictionary<string, RouteOptions> Routes { get; } = [];

    /// <summary>Our domains and their routes.</summary>
    public Dictionary<string, string> Domains { get; } = [];

    public string Folder { get; } = Path.Join(Path.GetTempPath(), $"edgesmtp-test-{Guid.NewGuid():N}");

    public IMaildirFiles Files { get; set; } = new LinuxMaildirFiles();

    public FixedDeliverySnapshot Snapshots { get; private set; } = null!;

    public DeliveryService Service => _service!;

    public static DsnNotify Default => DsnNotify.Unspecified;

    /// <summary>A route to servers on loopback.</summary>
    public DeliveryCase RouteTo(string domain, TransportKind transport, params IPEndPoint[] hops)
    {
        Routes[domain] = new RouteOptions { Transport = transport, NextHop = [.. hops.Select(hop => hop.ToString())] };
        Domains[domain] = domain;
        return this;
    }

    public HopOffers Offers => _offers ??= new HopOffers(Time);

    public DeliverySnapshot BuildSnapshot()
    {
        List<string> errors = [];
        DomainTable domains = new(Domains.Select(domain => new DomainEntry(domain.Key, new AnyRecipient(), domain.Value)));
        RouteTable? routes = RouteTable.Create(Routes, domains, Options, static _ => null, errors);
        return routes is not null ? new DeliverySnapshot(routes, Options) : throw new InvalidOperationException(string.Join('\n', errors));
    }

    public DeliveryCase Start()
    {
        Snapshots = new FixedDeliverySnapshot(BuildSnapshot());
        _service = new DeliveryService(Store, Snapshots, Dns, Self, Time, Metrics, Events, NullLoggerFactory.Instance, Ids, Offers, Files, new Random(1), Tracer);
        _service.Start();
        return this;
    }

    public MessageId Submit(string from, string[] to, string content = Message, EnvelopeFlags flags = EnvelopeFlags.None, DsnNotify notify = DsnNotify.Unspecified, Func<Envelope, Envelope>? change = null)
    {
        Envelope envelope = new()
        {
            ReversePath = from.Length == 0 ? MailPath.Null : ClientCase.Path(from),
            Recipients = [.. to.Select(recipient => new EnvelopeRecipient(ClientCase.Path(recipient), notify))],
            Received = Time.GetUtcNow(),
            Flags = flags,
            SessionId = "s1",
        };
        MessageId id = Ids.Next();
        Store.Add(new Submission(id, change?.Invoke(envelope) ?? envelope, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(content))));
        return id;
    }

    /// <summary>Submits one message and waits for the end of its first attempt.</summary>
    public Task<Settlement> DeliverAsync(string from, params string[] to) => Store.EndOfAttemptAsync(Submit(from, to));

    /// <summary>Lets time pass until a task is done, and only while nothing runs or is due: sockets and threads take their own time, and must not run into timeouts for it.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            if (Store.IsQuiet()) Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            Task stopping = _service.StopAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            await SmtpHostileServerTests.AdvanceUntilDone(Time, stopping);
            _service.Dispose();
        }

        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
