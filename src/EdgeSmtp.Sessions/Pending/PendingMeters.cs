using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>The series of <see cref="PendingMetrics"/>, bound once.</summary>
internal sealed class PendingMeters
{
    private readonly GaugeHandle _messages;
    private readonly GaugeHandle _bytes;
    private readonly GaugeHandle _oldest;

    public PendingMeters(IMetrics metrics, ILaneStore store, TimeProvider time)
    {
        _messages = metrics.Gauge(PendingMetrics.Messages);
        _bytes = metrics.Gauge(PendingMetrics.Bytes);
        _oldest = metrics.Gauge(PendingMetrics.OldestAge);
        InFlight = metrics.Gauge(PendingMetrics.InFlight);
        Delivered = metrics.Counter(PendingMetrics.Outcomes, "delivered");
        Changed = metrics.Counter(PendingMetrics.Outcomes, "changed");
        Quarantined = metrics.Counter(PendingMetrics.Outcomes, "quarantined");
        Later = metrics.Counter(PendingMetrics.Outcomes, "later");
        Unscanned = metrics.Counter(PendingMetrics.Outcomes, "unscanned");
        Wait = metrics.Histogram(PendingMetrics.Wait);
        metrics.OnScrape(() => Refresh(store.TotalsOf(MessageLane.Pending), time.GetUtcNow()));
    }

    public GaugeHandle InFlight { get; }

    public CounterHandle Delivered { get; }

    public CounterHandle Changed { get; }

    public CounterHandle Quarantined { get; }

    public CounterHandle Later { get; }

    public CounterHandle Unscanned { get; }

    public HistogramHandle Wait { get; }

    private void Refresh(LaneTotals totals, DateTimeOffset now)
    {
        _messages.Set(totals.Messages);
        _bytes.Set(totals.Bytes);
        _oldest.Set(totals.Oldest is { } oldest ? Math.Max((now - oldest).TotalSeconds, 0) : 0);
    }
}
