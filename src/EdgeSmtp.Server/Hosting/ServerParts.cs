using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Dns;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Events;
using EdgeSmtp.Server.Http;
using EdgeSmtp.Server.Metrics;
using EdgeSmtp.Server.Tracing;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Pending;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>What is made once and lives as long as the server. Disposed in the reverse order of making, after everything that uses it has stopped.</summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private readonly IDisposable? _traceExport;
    private readonly HeapTrimmer _trimmer;

    /// <summary>Makes the parts that touch neither disk nor network.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="loggers">Makes loggers; not owned.</param>
    /// <param name="time">The clock.</param>
    /// <param name="console">Opens standard output.</param>
    public ServerParts(ServerOptions options, ILoggerFactory loggers, TimeProvider time, Func<Stream> console)
    {
        Options = options;
        Loggers = loggers;
        Time = time;
        Metrics = new PrometheusMetrics();
        _ = new ProcessMetrics(Metrics, time);
        Readiness = new Readiness(Metrics);
        Tracer = new Tracer();
        _traceExport = TraceExport.Start(options.Tracing, options.Hostname!, Metrics);
        Events = EventLogs.Create(options.Log, options.DataDirectory!, console, time, Metrics);
        Heartbeat = new Heartbeat(time, loggers.CreateLogger<Heartbeat>());
        Drain = new DrainSignal(Heartbeat);
        Limits = new ConnectionLimits(options.Limits);
        Certificates = new CertificateTable(Metrics, loggers.CreateLogger<CertificateTable>());
        Dns = new DnsResolver(options.Dns, time, Metrics);
        PendingRoom = new PendingRoom(options.Pending, Metrics);
        Pipelines = new PipelineBuilder(new CapturingResolver(Dns, Events.Captured!), time, Metrics, Events, loggers) { Pending = PendingRoom };
        Threads = new ThreadKeeper(Pipelines, time, loggers.CreateLogger<ThreadKeeper>());
        _trimmer = new HeapTrimmer(new RuntimeHeap(), time, loggers.CreateLogger<HeapTrimmer>());
        Offers = new HopOffers(time);
        Ids = new MessageIdGenerator(time);
        Staging = new StagingArea(options.Staging);
    }

    public ServerOptions Options { get; }

    public ILoggerFactory Loggers { get; }

    public TimeProvider Time { get; }

    public PrometheusMetrics Metrics { get; }

    public Readiness Readiness { get; }

    public Tracer Tracer { get; }

    public EventLogWriter Events { get; }

    public Heartbeat Heartbeat { get; }

    public DrainSignal Drain { get; }

    public ConnectionLimits Limits { get; }

    public CertificateTable Certificates { get; }

    public DnsResolver Dns { get; }

    public PipelineBuilder Pipelines { get; }

    public PendingRoom PendingRoom { get; }

    public ThreadKeeper Threads { get; }

    public HopOffers Offers { get; }

    public MessageIdGenerator Ids { get; }

    public StagingArea Staging { get; }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Staging.Close();
        _trimmer.Dispose();
        Threads.Dispose();
        Dns.Dispose();
        Heartbeat.Dispose();
        Events.Dispose();
        _traceExport?.Dispose();
        Tracer.Dispose();
        return ValueTask.CompletedTask;
    }
}
