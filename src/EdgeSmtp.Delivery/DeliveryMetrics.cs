using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Delivery;

/// <summary>Series of delivery. The label <c>route</c> has names of the configuration.</summary>
public static class DeliveryMetrics
{
    /// <summary>Recipients by what an attempt came to: <c>delivered</c>, <c>temporary</c>, <c>permanent</c>, <c>postponed</c>.</summary>
    public static readonly MetricDeclaration Attempts = new("edgesmtp_delivery_attempts_total", MetricKind.Counter, "Recipients by the result of their attempt.", "route", "result");

    /// <summary>Transactions running.</summary>
    public static readonly MetricDeclaration InFlight = new("edgesmtp_delivery_in_flight", MetricKind.Gauge, "Transactions running now.", "route");

    /// <summary>Batches waiting for a turn.</summary>
    public static readonly MetricDeclaration Waiting = new("edgesmtp_delivery_waiting", MetricKind.Gauge, "Batches of recipients that wait for a turn.", "route");

    /// <summary>Time from acceptance to the beginning of the attempt.</summary>
    public static readonly MetricDeclaration QueueWait = new("edgesmtp_delivery_queue_wait_seconds", MetricKind.Histogram, "Age of a message when an attempt begins.", "route")
    {
        Buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 300, 600, 3600, 14400, 86400, 432000],
    };

    /// <summary>Time from acceptance to the delivery of a recipient.</summary>
    public static readonly MetricDeclaration Delivered = new(
        "edgesmtp_delivery_delivered_seconds", MetricKind.Histogram, "Time from acceptance until a recipient was delivered, retries included: what a service level promises.", "route")
    {
        Buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400, 432000],
    };

    /// <summary>Routes by transport.</summary>
    public static readonly MetricDeclaration RouteInfo = new("edgesmtp_delivery_route_info", MetricKind.Gauge, "Always 1; its labels say by which transport a route delivers. There from the first message on.", "route", "transport");

    /// <summary>Time of a transaction, connecting included.</summary>
    public static readonly MetricDeclaration Duration = new("edgesmtp_delivery_duration_seconds", MetricKind.Histogram, "Time that a transaction took, connecting included.", "route");

    /// <summary>Connections by how they came: <c>opened</c>, <c>reused</c>.</summary>
    public static readonly MetricDeclaration Connections = new("edgesmtp_delivery_connections_total", MetricKind.Counter, "Transactions by the connection they had.", "route", "how");

    /// <summary>Connections that failed before the first transaction, by stage.</summary>
    public static readonly MetricDeclaration ConnectFailures = new("edgesmtp_delivery_connect_failures_total", MetricKind.Counter, "Hosts that could not be used, by the step that failed.", "route", "stage");

    /// <summary>New connections by their protection: <c>tls</c>, <c>clear</c>, <c>fallback</c> (a handshake failed and the message went in clear).</summary>
    public static readonly MetricDeclaration Tls = new("edgesmtp_delivery_tls_total", MetricKind.Counter, "New connections by their protection.", "route", "outcome");

    /// <summary>Reports by kind: <c>failed</c>, <c>delayed</c>, <c>success</c>, <c>double</c>; and what was not sent: <c>dropped</c>, <c>held</c>, <c>limited</c>.</summary>
    public static readonly MetricDeclaration Reports = new("edgesmtp_delivery_reports_total", MetricKind.Counter, "Delivery reports by kind, and those that were not sent by reason.", "kind");

    /// <summary>Messages taken out of the store.</summary>
    public static readonly MetricDeclaration ActiveMessages = new("edgesmtp_delivery_active_messages", MetricKind.Gauge, "Messages taken out of the queue for an attempt.");

    /// <summary>Their content.</summary>
    public static readonly MetricDeclaration ActiveBytes = new("edgesmtp_delivery_active_bytes", MetricKind.Gauge, "Content of the messages taken out of the queue, in bytes.");

    /// <summary>Messages that left the queue.</summary>
    public static readonly MetricDeclaration Done = new("edgesmtp_delivery_messages_done_total", MetricKind.Counter, "Messages that left the queue.");

    /// <summary>Destinations known now.</summary>
    public static readonly MetricDeclaration Destinations = new("edgesmtp_delivery_destinations", MetricKind.Gauge, "Destinations with work or open connections.");
}
