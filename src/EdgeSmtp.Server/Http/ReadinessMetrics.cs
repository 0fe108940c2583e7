using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Http;

/// <summary>Series of readiness.</summary>
internal static class ReadinessMetrics
{
    public static readonly MetricDeclaration Ready = new("edgesmtp_ready", MetricKind.Gauge, "1 while clients may come: /health/ready answers 200.");
}
