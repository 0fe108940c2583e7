using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeSmtp.Core.Metrics;
using Prometheus;

namespace EdgeSmtp.Server.Metrics;

/// <summary>
/// The metrics facade over prometheus-net: the one place that knows the library. Has its own registry, so that nothing the library adds by itself, above all its
/// EventCounter listener, costs anything.
/// </summary>
internal sealed class PrometheusMetrics : IMetrics
{
    /// <summary>Left to itself, the library takes the ambient span at each observation. Ours are given by hand, and one a second for each series is example enough.</summary>
    private static readonly ExemplarBehavior Exemplars = new()
    {
        DefaultExemplarProvider = static (_, _) => Exemplar.None,
        NewExemplarMinInterval = TimeSpan.FromSeconds(1),
    };

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly ConcurrentDictionary<string, (MetricDeclaration Declaration, Collector Collector)> _collectors = new(StringComparer.Ordinal);

    /// <summary>Creates an empty registry.</summary>
    public PrometheusMetrics()
    {
        Prometheus.Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions
        {
            SuppressDebugMetrics = true,
            SuppressEventCounters = true,
            SuppressMeters = true,
            SuppressProcessMetrics = true,
        });
        _factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _factory.ExemplarBehavior = Exemplars;
    }

    /// <inheritdoc />
    public CounterHandle Counter(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues)
    {
        Counter counter = (Counter)Find(declaration, MetricKind.Counter);
        return new Counting(counter.WithLabels(labelValues.ToArray()));
    }

    /// <inheritdoc />
    public GaugeHandle Gauge(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues)
    {
        Gauge gauge = (Gauge)Find(declaration, MetricKind.Gauge);
        return new Gauging(gauge.WithLabels(labelValues.ToArray()));
    }

    /// <inheritdoc />
    public HistogramHandle Histogram(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues)
    {
        Histogram histogram = (Histogram)Find(declaration, MetricKind.Histogram);
        return new Observing(histogram.WithLabels(labelValues.ToArray()));
    }

    /// <inheritdoc />
    public void OnScrape(Action refresh) => _registry.AddBeforeCollectCallback(refresh);

    /// <summary>Writes every series.</summary>
    /// <param name="output">Takes UTF-8.</param>
    /// <param name="format">The text format of Prometheus, or OpenMetrics, which alone has exemplars.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WriteAsync(Stream output, ExpositionFormat format, CancellationToken cancellationToken) => _registry.CollectAndExportAsTextAsync(output, format, cancellationToken);

    private Collector Find(MetricDeclaration declaration, MetricKind kind)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (declaration.Kind != kind)
        {
            throw new ArgumentException($"{declaration.Name} is a {declaration.Kind}.", nameof(declaration));
        }

        (MetricDeclaration known, Collector collector) = _collectors.GetOrAdd(declaration.Name, static (_, state) => (state.declaration, state.self.Create(state.declaration)), (declaration, self: this));
        return ReferenceEquals(known, declaration) ? collector : throw new ArgumentException($"{declaration.Name} is declared twice.", nameof(declaration));
    }

    private Collector Create(MetricDeclaration declaration) => declaration.Kind switch
    {
        MetricKind.Counter => _factory.CreateCounter(declaration.Name, declaration.Help, declaration.LabelNames),
        MetricKind.Gauge => _factory.CreateGauge(declaration.Name, declaration.Help, declaration.LabelNames),
        _ => _factory.CreateHistogram(declaration.Name, declaration.Help, declaration.LabelNames, new HistogramConfiguration { Buckets = declaration.Buckets }),
    };

    private sealed class Counting(Counter.Child child) : CounterHandle
    {
        public override void Add(double amount = 1) => child.Inc(amount);
    }

    private sealed class Gauging(Gauge.Child child) : GaugeHandle
    {
        public override void Set(double value) => child.Set(value);

        public override void Add(double amount) => child.Inc(amount);
    }

    private sealed class Observing(Histogram.Child child) : HistogramHandle
    {
        private static readonly Exemplar.LabelKey TraceId = Exemplar.Key("trace_id");

        public override void Observe(double value) => child.Observe(value);

        public override void Observe(double value, Activity? span) =>
            child.Observe(value, span is { Recorded: true } ? Exemplar.From(TraceId.WithValue(span.TraceId.ToHexString())) : Exemplar.None);
    }
}
