namespace EdgeSmtp.Core.Metrics;

/// <summary>Kinds of series, as Prometheus has them.</summary>
public enum MetricKind : byte
{
    /// <summary>Only rises; its name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Distribution over fixed buckets.</summary>
    Histogram,
}
