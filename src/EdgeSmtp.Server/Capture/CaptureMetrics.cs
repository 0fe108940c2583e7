using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Capture;

/// <summary>Series of what is recorded for <c>edgesmtp replay</c>.</summary>
internal sealed class CaptureMetrics(IMetrics metrics)
{
    public static readonly MetricDeclaration SessionsTotal = new("edgesmtp_capture_sessions_total", MetricKind.Counter, "Sessions recorded for `edgesmtp replay`.");
    public static readonly MetricDeclaration DroppedTotal = new(
        "edgesmtp_capture_dropped_total", MetricKind.Counter, "Sessions and DNS answers that were not recorded because the writer was behind or could not write.");

    public CounterHandle Sessions { get; } = metrics.Counter(SessionsTotal);

    public CounterHandle Dropped { get; } = metrics.Counter(DroppedTotal);
}
