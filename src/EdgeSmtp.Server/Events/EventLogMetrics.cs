using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Events;

/// <summary>Series of the event log.</summary>
internal sealed class EventLogMetrics(IMetrics metrics)
{
    public static readonly MetricDeclaration LinesTotal = new("edgesmtp_events_total", MetricKind.Counter, "Lines written to the event log.");
    public static readonly MetricDeclaration DroppedTotal = new("edgesmtp_events_dropped_total", MetricKind.Counter, "Lines of the event log that were dropped because the writer was behind, or that no output took.");
    public static readonly MetricDeclaration FailuresTotal = new("edgesmtp_events_write_failures_total", MetricKind.Counter, "Writes of the event log that failed.");

    public CounterHandle Lines { get; } = metrics.Counter(LinesTotal);

    public CounterHandle Dropped { get; } = metrics.Counter(DroppedTotal);

    public CounterHandle Failures { get; } = metrics.Counter(FailuresTotal);
}
