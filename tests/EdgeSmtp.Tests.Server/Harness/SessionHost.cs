using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Everything that sessions need, in memory, with a clock that stands still. Checks at its end that nothing leaked.</summary>
internal sealed class SessionHost : IAsyncDisposable, ISnapshotSource
{
    public const string Hostname = "mx.example.org";

    private readonly ConnectionDelegate _serve;
    private readonly List<TestClient> _clients = [];

    public SessionHost(Action<ListenerOptions>? configure = null, Action<SessionHost>? prepare = null)
    {
        Listener = new ListenerOptions().Named("mx");
        Ids = new MessageIdGenerator(Time);
        Heartbeat = new Heartbeat(Time, NullLogger<Heartbeat>.Instance);
        Drain = new DrainSignal(Heartbeat);
        Certificates = new CertificateTable(Metrics, NullLogger<CertificateTable>.Instance);
        Events = new EventRecorder(Time);
        EventLog = Events;
        Current = new SessionSnapshot(
            FilterPipeline.Empty, DefaultDomains(), NetworkSet.Empty, Hostname, PathOf("chief@example.com"), new HashSet<string> { "alias.example.org" }, Hostname)
        {
            Routes = new FixedRouteAbilities(new RouteAbilities(Ability.Yes, Ability.Yes)),
        };
        configure?.Invoke(Listener);
        prepare?.Invoke(this);
        Services = new SessionServices(
            RealStaging ?? Staging, RealStore ?? Store, Ids, Time, Metrics, EventLog, NullLoggerFactory.Instance, this, Certificates, Heartbeat, Drain, Limits, new SilentDns())
        {
            ClientNames = ClientNames,
            Pending = Pending,
            Tracer = Tracer,
        };
        ConnectionBuilder builder = new(EmptyServices.Instance);
        ListenerPipeline.Configure(builder, Listener, Services);
        _serve = builder.Build();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public ListenerOptions Listener { get; }

    public MemoryStaging Staging { get; set; } = new();

    /// <summary>When set, it is used instead of the simple one.</summary>
    public IStagingArea? RealStaging { get; set; }

    public MemoryStore Store { get; } = new();

    /// <summary>When set, it is used instead of the simple one.</summary>
    public IMessageStore? RealStore { get; set; }

    /// <summary>Room for messages that wait for filters; none may unless a test says otherwise.</summary>
    public IPendingRoom? Pending { get; set; }

    public MessageIdGenerator Ids { get; }

    public MetricRecorder Metrics { get; } = new();

    public EventRecorder Events { get; }

    /// <summary>Finds the names of clients; nobody does unless a test says so.</summary>
    public EdgeSmtp.Sessions.Access.IClientNames? ClientNames { get; set; }

    /// <summary>Begins traces; nobody does unless a test says so.</summary>
    public Tracer? Tracer { get; set; }

    /// <summary>Where lines go; the recorder unless a test says otherwise.</summary>
    public IEventLog EventLog { get; set; }

    public ConnectionLimits Limits { get; } = new(new ConnectionLimitOptions());

    public Heartbeat Heartbeat { get; }

    public DrainSignal Drain { get; }

    public CertificateTable Certificates { get; }

    public SessionServices Services { get; }

    public SessionSnapshot Current { get; set; }

    public MemoryConnection? LastConnection { get; private set; }

    /// <summary>Whether a test leaves something open on purpose.</summary>
    public bool MayLeak { get; set; }

    public ConnectionDelegate Serve => _serve;

    public static MailPath PathOf(string text)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParse(System.Text.Encoding.UTF8.GetBytes(text), allowUtf8: true, out MailPath path));
        return path;
    }

    /// <summary>Installs filters, in order.</summary>
    public SessionHost With(params IFilter[] filters) => With(filters.Select((filter, index) => ($"f{index}", filter, new DriverOptions { AllowDiscard = true })).ToArray());

    public SessionHost With(params (string Name, IFilter Filter, DriverOptions Driver)[] filters) => With(filters.Select(static entry => new FilterInstance(
        entry.Name, new FilterRegistration(entry.Name, typeof(NoOptions), (_, _) => entry.Filter, FilterTraits.Default), new NoOptions(), entry.Driver)).ToArray());

    /// <summary>Installs filters as the server would, in order.</summary>
    public SessionHost With(params FilterInstance[] filters) => With(new SilentDns(), filters);

    /// <summary>Installs filters as the server would, in order, with another resolver.</summary>
    public SessionHost With(IDnsResolver dns, params FilterInstance[] filters)
    {
        PipelineBuilder builder = new(dns, Time, Metrics, Events, NullLoggerFactory.Instance) { Pending = Pending };
        List<string> errors = [];
        PipelineStep[] steps = [.. filters.Select(static filter => new PipelineStep(filter.Name, [filter]))];
        FilterPipeline? pipeline = builder.Build(steps, new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(), errors);
        Assert.Empty(errors);
        Current = Current with { Pipeline = pipeline! };
        return this;
    }

    /// <summary>Connects in memory.</summary>
    public TestClient Connect(string client = "192.0.2.1", string local = "192.0.2.25")
    {
        MemoryConnection connection = new(new IPEndPoint(IPAddress.Parse(client), 40000), new IPEndPoint(IPAddress.Parse(local), 25));
        LastConnection = connection;
        TestClient test = new(connection.ClientStream, connection.EndClientHalf, ServeAsync(connection));
        _clients.Add(test);
        return test;
    }

    /// <summary>Connects and reads the greeting.</summary>
    public async Task<TestClient> GreetedAsync(string client = "192.0.2.1")
    {
        TestClient test = Connect(client);
        await test.ExpectAsync("220 mx.example.org ESMTP\r\n");
        return test;
    }

    /// <summary>Connects, reads the greeting, and says EHLO.</summary>
    public async Task<TestClient> IntroducedAsync(string client = "192.0.2.1")
    {
        TestClient test = await GreetedAsync(client);
        await test.CommandAsync("EHLO client.example.net", "250-mx.example.org\r\n");
        return test;
    }

    /// <summary>As far as an accepted recipient.</summary>
    public async Task<TestClient> InTransactionAsync(string client = "192.0.2.1")
    {
        TestClient test = await IntroducedAsync(client);
        await test.CommandAsync("MAIL FROM:<sender@example.net>", "250 2.1.0");
        await test.CommandAsync("RCPT TO:<user@example.com>", "250 2.1.5");
        return test;
    }

    /// <summary>As far as 354.</summary>
    public async Task<TestClient> InDataAsync(string client = "192.0.2.1")
    {
        TestClient test = await InTransactionAsync(client);
        await test.CommandAsync("DATA", "354 ");
        return test;
    }

    public double Value(MetricDeclaration declaration, params string[] labels) => Metrics.Value(declaration, labels);

    public async ValueTask DisposeAsync()
    {
        foreach (TestClient client in _clients)
        {
            await client.DisposeAsync();
        }

        if (!MayLeak)
        {
            Assert.Equal(0, Staging.Live);
            Assert.Equal(0, (RealStaging ?? Staging).Budget.BytesUsed);
            Assert.Equal(0, Heartbeat.Count);
            Assert.Equal(0, Limits.Count);
            Assert.Equal(0, Limits.TrackedCount);
            Assert.Equal(0, Value(SessionMetrics.SessionsActive, "mx"));
            Assert.Equal(0, Value(SessionMetrics.SessionsHeld, "mx"));
            Assert.Equal(0, Value(SessionMetrics.RepliesHeld, "mx"));
            Assert.Equal(0, Value(SessionMetrics.ConnectionsOpen, "mx"));
        }

        Heartbeat.Dispose();
    }

    private static DomainTable DefaultDomains() => new(
    [
        new DomainEntry("example.com", new RecipientList("example.com", ["user", "other", "third", "chief"]), "inside"),
        new DomainEntry("any.example.com", new AnyRecipient(), "inside"),
        new DomainEntry("xn--bcher-kva.example", new RecipientList("xn--bcher-kva.example", ["user", "jürgen"]), "inside"),
    ]);

    private async Task ServeAsync(MemoryConnection connection)
    {
        try
        {
            await _serve(connection);
        }
        finally
        {
            connection.Finish();
        }
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
