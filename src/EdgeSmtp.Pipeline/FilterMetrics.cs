using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Pipeline;

/// <summary>What the driver records of every filter, so that no filter has to.</summary>
public static class FilterMetrics
{
    /// <summary>Time of one call; of a body sink, the sum over one message.</summary>
    public static MetricDeclaration Duration { get; } =
        new("edgesmtp_filter_duration_seconds", MetricKind.Histogram, "Time of one filter call; of a body sink, the sum over one message.", "filter", "stage");

    /// <summary>Verdicts given. At the message stage one for each recipient.</summary>
    public static MetricDeclaration Verdicts { get; } =
        new("edgesmtp_filter_verdicts_total", MetricKind.Counter, "Verdicts of filters; after the content one for each recipient.", "filter", "stage", "verdict", "reason");

    /// <summary>Verdicts that filters in shadow would have given.</summary>
    public static MetricDeclaration ShadowVerdicts { get; } =
        new("edgesmtp_filter_shadow_verdicts_total", MetricKind.Counter, "Verdicts that filters in shadow would have given.", "filter", "stage", "verdict", "reason");

    /// <summary>Failures: each was answered by the policy of the filter.</summary>
    public static MetricDeclaration Errors { get; } =
        new("edgesmtp_filter_errors_total", MetricKind.Counter, "Calls of filters that failed and were answered by their failure policy.", "filter", "stage", "kind");

    /// <summary>Calls left out because of a fact.</summary>
    public static MetricDeclaration Skipped { get; } =
        new("edgesmtp_filter_skipped_total", MetricKind.Counter, "Filter calls left out because of a fact.", "filter", "fact");

    /// <summary>Calls that ignored their deadline and were left behind.</summary>
    public static MetricDeclaration Stuck { get; } =
        new("edgesmtp_filter_stuck_total", MetricKind.Counter, "Filter calls that ignored their deadline and were left behind.", "filter");

    /// <summary>Calls that wait for something now.</summary>
    public static MetricDeclaration InFlight { get; } =
        new("edgesmtp_filter_inflight", MetricKind.Gauge, "Filter calls that wait for something now.", "filter");

    /// <summary>Calls that hold a thread.</summary>
    public static MetricDeclaration Blocking { get; } =
        new("edgesmtp_filter_blocking", MetricKind.Gauge, "Filter calls that have held a thread for more than 0.1 s without an await.", "filter");

    /// <summary>What parts of filters count: <c>FilterMeter.Count</c>.</summary>
    public static MetricDeclaration PartEvents { get; } =
        new("edgesmtp_filter_part_events_total", MetricKind.Counter, "What happened in a part of a filter, such as a backend or a cache.", "filter", "part", "event");

    /// <summary>What parts of filters measure: <c>FilterMeter.Level</c>.</summary>
    public static MetricDeclaration PartLevel { get; } =
        new("edgesmtp_filter_part_level", MetricKind.Gauge, "A level in a part of a filter, such as entries of a cache or calls in flight to a backend.", "filter", "part", "level");

    /// <summary>Calls of parts of filters to something outside: <c>FilterMeter.Took</c>.</summary>
    public static MetricDeclaration PartDuration { get; } =
        new("edgesmtp_filter_part_duration_seconds", MetricKind.Histogram, "Time of one call of a part of a filter to something outside.", "filter", "part");
}
