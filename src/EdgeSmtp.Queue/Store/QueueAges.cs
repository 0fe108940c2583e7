using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Queue.Index;

namespace EdgeSmtp.Queue.Store;

/// <summary>How old the messages in the queue are. A scrape may not cost more because the queue is long, so of a long one a sample is taken.</summary>
internal sealed class QueueAges
{
    private const int SampleMax = 4096;
    private static readonly (double Share, string Label)[] Quantiles = [(0.5, "0.5"), (0.9, "0.9"), (0.99, "0.99")];

    private readonly GaugeHandle[] _ages;
    private readonly long[] _received = new long[SampleMax];

    /// <param name="metrics">The facade.</param>
    public QueueAges(IMetrics metrics) => _ages = [.. Quantiles.Select(quantile => metrics.Gauge(QueueMetrics.Age, quantile.Label))];

    /// <summary>Brings the gauges up to date; under the lock of the index.</summary>
    /// <param name="index">The messages.</param>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    public void Refresh(MessageIndex index, long now)
    {
        Span<long> received = _received.AsSpan(0, index.SampleReceived(_received));

        // The oldest first, so that the place of a share is counted from the end.
        received.Sort();
        for (int i = 0; i < Quantiles.Length; i++)
        {
            int place = received.Length - (int)Math.Ceiling(Quantiles[i].Share * received.Length);
            _ages[i].Set(received.IsEmpty ? 0 : Math.Max(now - received[place], 0) / 1000.0);
        }
    }
}
