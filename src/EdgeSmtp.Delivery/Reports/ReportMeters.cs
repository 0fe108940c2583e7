using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Counters of reports, bound once.</summary>
internal sealed class ReportMeters(IMetrics metrics)
{
    public CounterHandle Failed { get; } = metrics.Counter(DeliveryMetrics.Reports, "failed");

    public CounterHandle Delayed { get; } = metrics.Counter(DeliveryMetrics.Reports, "delayed");

    public CounterHandle Success { get; } = metrics.Counter(DeliveryMetrics.Reports, "success");

    public CounterHandle Double { get; } = metrics.Counter(DeliveryMetrics.Reports, "double");

    public CounterHandle Dropped { get; } = metrics.Counter(DeliveryMetrics.Reports, "dropped");

    public CounterHandle Held { get; } = metrics.Counter(DeliveryMetrics.Reports, "held");

    public CounterHandle Limited { get; } = metrics.Counter(DeliveryMetrics.Reports, "limited");
}
