using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>The series of one route, bound once.</summary>
internal sealed class RouteMeters
{
    private readonly CounterHandle[] _attempts;
    private readonly CounterHandle[] _connectFailures;

    public RouteMeters(IMetrics metrics, string route, TransportKind transport)
    {
        metrics.Gauge(DeliveryMetrics.RouteInfo, route, transport.ToString().ToLowerInvariant()).Set(1);
        string[] results = ["", "delivered", "temporary", "permanent", "postponed"];
        _attempts = new CounterHandle[results.Length];
        for (int i = 1; i < results.Length; i++) _attempts[i] = metrics.Counter(DeliveryMetrics.Attempts, route, results[i]);
        string[] stages = ["dial", "greeting", "hello", "starttls", "handshake"];
        _connectFailures = new CounterHandle[stages.Length];
        for (int i = 0; i < stages.Length; i++) _connectFailures[i] = metrics.Counter(DeliveryMetrics.ConnectFailures, route, stages[i]);
        InFlight = metrics.Gauge(DeliveryMetrics.InFlight, route);
        Waiting = metrics.Gauge(DeliveryMetrics.Waiting, route);
        QueueWait = metrics.Histogram(DeliveryMetrics.QueueWait, route);
        Delivered = metrics.Histogram(DeliveryMetrics.Delivered, route);
        Duration = metrics.Histogram(DeliveryMetrics.Duration, route);
        Opened = metrics.Counter(DeliveryMetrics.Connections, route, "opened");
        Reused = metrics.Counter(DeliveryMetrics.Connections, route, "reused");
        Tls = metrics.Counter(DeliveryMetrics.Tls, route, "tls");
        Clear = metrics.Counter(DeliveryMetrics.Tls, route, "clear");
        Fallback = metrics.Counter(DeliveryMetrics.Tls, route, "fallback");
    }

    public GaugeHandle InFlight { get; }

    public GaugeHandle Waiting { get; }

    public HistogramHandle QueueWait { get; }

    public HistogramHandle Delivered { get; }

    public HistogramHandle Duration { get; }

    public CounterHandle Opened { get; }

    public CounterHandle Reused { get; }

    public CounterHandle Tls { get; }

    public CounterHandle Clear { get; }

    public CounterHandle Fallback { get; }

    public CounterHandle Attempts(DispositionKind kind) => _attempts[(int)kind];

    public CounterHandle ConnectFailures(ConnectStage stage) => _connectFailures[(int)stage];
}
