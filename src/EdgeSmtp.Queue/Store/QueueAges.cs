using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Queue.Index;

namespace EdgeSmtp.Queue.Store;

/// <summary>How old the messages in the queue are. A scrape may not cost more because the queue is long, so of a long one a sample is taken.</summary>
internal sealed class QueueAges
{
    private const int SampleMax = 4096;
    private static readonly (double Share, string Label)[] Shares = [(0.5, "0.5"), (0.9, "0.9"), (0.99, "0.99")];

    private readonly GaugeHandle _oldest;
    private readonly GaugeHandle[] _ages;
    private readonly long[] _received = new long[SampleMax];

    /// <param name="metrics">The facade.</param>
    public QueueAges(IMetrics metrics)
    {
        _oldest = metrics.Gauge(QueueMetrics.OldestAge);
        _ages = [.. Shares.Select(share => metrics.Gauge(QueueMetrics.Age, share.Label))];
    }

    /// <summary>Brings the gauges up to date; under the lock of the index.</summary>
    /// <param name="index">The messages.</param>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    public void Refresh(MessageIndex index, long now)
    {
        _oldest.Set(index.OldestReceived is { } oldest ? AgeOf(oldest, now) : 0);
        Span<long> received = _received.AsSpan(0, index.SampleReceived(_received));

        // The oldest first, so that the place of a share is counted from the end.
        received.Sort();
        for (int i = 0; i < Shares.Length; i++)
        {
            int place = received.Length - (int)Math.Ceiling(Shares[i].Share * received.Length);
            _ages[i].Set(received.IsEmpty ? 0 : AgeOf(received[place], now));
        }
    }

    /// <summary>In seconds; a clock that was set back makes nothing younger than new.</summary>
    private static double AgeOf(long received, long now) => Math.Max(now - received, 0) / 1000.0;
}
