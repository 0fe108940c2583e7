namespace EdgeSmtp.Core.Metrics;

/// <summary>The facade over the metrics library. Bind children at start; the hot path then touches one handle and allocates nothing.</summary>
public interface IMetrics
{
    /// <summary>Binds one child of a counter.</summary>
    /// <param name="declaration">A counter.</param>
    /// <param name="labelValues">One value for each label.</param>
    CounterHandle Counter(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues);

    /// <summary>Binds one child of a gauge.</summary>
    /// <param name="declaration">A gauge.</param>
    /// <param name="labelValues">One value for each label.</param>
    GaugeHandle Gauge(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues);

    /// <summary>Binds one child of a histogram.</summary>
    /// <param name="declaration">A histogram.</param>
    /// <param name="labelValues">One value for each label.</param>
    HistogramHandle Histogram(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues);

    /// <summary>Runs before each scrape, to bring gauges up to date.</summary>
    /// <param name="refresh">Fast and never blocking.</param>
    void OnScrape(Action refresh);
}
