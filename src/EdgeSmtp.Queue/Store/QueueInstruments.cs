using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Queue.Store;

/// <summary>The series of <see cref="QueueMetrics"/>, bound once.</summary>
/// <param name="metrics">The facade.</param>
internal sealed class QueueInstruments(IMetrics metrics)
{
    public CounterHandle Commits { get; } = metrics.Counter(QueueMetrics.Commits);

    public CounterHandle RefusedFull { get; } = metrics.Counter(QueueMetrics.Refused, "full");

    public CounterHandle RefusedFailed { get; } = metrics.Counter(QueueMetrics.Refused, "failed");

    public HistogramHandle BatchFrames { get; } = metrics.Histogram(QueueMetrics.BatchFrames);

    public CounterHandle JournalSyncs { get; } = metrics.Counter(QueueMetrics.Syncs, "journal");

    public CounterHandle BodySyncs { get; } = metrics.Counter(QueueMetrics.Syncs, "body");

    public CounterHandle OtherSyncs { get; } = metrics.Counter(QueueMetrics.Syncs, "other");

    public HistogramHandle SyncDuration { get; } = metrics.Histogram(QueueMetrics.SyncDuration);

    public CounterHandle JournalBytes { get; } = metrics.Counter(QueueMetrics.BytesWritten, "journal");

    public CounterHandle BodyBytes { get; } = metrics.Counter(QueueMetrics.BytesWritten, "body");

    public CounterHandle SnapshotBytes { get; } = metrics.Counter(QueueMetrics.BytesWritten, "snapshot");

    public GaugeHandle Messages { get; } = metrics.Gauge(QueueMetrics.Messages);

    public GaugeHandle Held { get; } = metrics.Gauge(QueueMetrics.Held);

    public QueueAges Ages { get; } = new(metrics);

    public CounterHandle ColdReads { get; } = metrics.Counter(QueueMetrics.ColdReads);

    public CounterHandle Damaged { get; } = metrics.Counter(QueueMetrics.Damaged);

    public CounterHandle Quarantined { get; } = metrics.Counter(QueueMetrics.Quarantined);

    public GaugeHandle HotBytes { get; } = metrics.Gauge(QueueMetrics.HotBytes);

    public GaugeHandle SegmentsFree { get; } = metrics.Gauge(QueueMetrics.Segments, "free");

    public GaugeHandle SegmentsUsed { get; } = metrics.Gauge(QueueMetrics.Segments, "used");

    public CounterHandle Copied { get; } = metrics.Counter(QueueMetrics.Copied);

    public GaugeHandle Bodies { get; } = metrics.Gauge(QueueMetrics.Bodies);

    public GaugeHandle Health { get; } = metrics.Gauge(QueueMetrics.Health);

    public GaugeHandle StagingBytes { get; } = metrics.Gauge(QueueMetrics.StagingBytes);

    public GaugeHandle StagingBytesMax { get; } = metrics.Gauge(QueueMetrics.StagingBytesMax);
}
