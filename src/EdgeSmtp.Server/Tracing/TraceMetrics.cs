using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Tracing;

/// <summary>Series of traces. What was recorded and is neither exported nor failed waits, or was dropped because the queue was full.</summary>
internal sealed class TraceMetrics(IMetrics metrics)
{
    public static readonly MetricDeclaration SpansTotal = new(
        "edgesmtp_trace_spans_total", MetricKind.Counter, "Spans of traces in the sample: recorded (ended), exported, and failed (the collector did not take them).", "state");

    public CounterHandle Recorded { get; } = metrics.Counter(SpansTotal, "recorded");

    public CounterHandle Exported { get; } = metrics.Counter(SpansTotal, "exported");

    public CounterHandle Failed { get; } = metrics.Counter(SpansTotal, "failed");
}
