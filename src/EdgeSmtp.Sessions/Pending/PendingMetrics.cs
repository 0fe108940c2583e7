using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>Series of the pending lane.</summary>
public static class PendingMetrics
{
    /// <summary>Messages that wait.</summary>
    public static readonly MetricDeclaration Messages = new("edgesmtp_pending_messages", MetricKind.Gauge, "Committed messages that wait for the verdict of filters.");

    /// <summary>Their contents.</summary>
    public static readonly MetricDeclaration Bytes = new("edgesmtp_pending_bytes", MetricKind.Gauge, "Content of the messages that wait for filters, in bytes.");

    /// <summary>Age of the oldest.</summary>
    public static readonly MetricDeclaration OldestAge = new(
        "edgesmtp_pending_oldest_age_seconds", MetricKind.Gauge, "Age of the oldest message that waits for filters; 0 when none does.");

    /// <summary>Messages that filters are asked about now.</summary>
    public static readonly MetricDeclaration InFlight = new("edgesmtp_pending_in_flight", MetricKind.Gauge, "Pending messages that filters are asked about now.");

    /// <summary>Requests to wait that found no room.</summary>
    public static readonly MetricDeclaration Refused = new(
        "edgesmtp_pending_refused_total", MetricKind.Counter, "Messages that a filter wanted to put off and that found no room: it decided at once.");

    /// <summary>What tries came to.</summary>
    public static readonly MetricDeclaration Outcomes = new(
        "edgesmtp_pending_outcomes_total", MetricKind.Counter,
        "What asking again came to: delivered, changed (delivered with changes), quarantined, later (asked again), unscanned (delivered with a mark at the end of its time).", "outcome");

    /// <summary>Time until the verdict.</summary>
    public static readonly MetricDeclaration Wait = new("edgesmtp_pending_wait_seconds", MetricKind.Histogram, "Age of a message when its last verdict came.")
    {
        Buckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400],
    };
}
