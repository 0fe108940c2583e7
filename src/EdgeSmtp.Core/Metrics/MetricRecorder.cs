using System.Collections.Concurrent;

namespace EdgeSmtp.Core.Metrics;

/// <summary>Keeps every series in memory: for tests, and for parts that run without an exporter.</summary>
public sealed class MetricRecorder : IMetrics
{
    private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Action> _refreshes = new();

    /// <inheritdoc />
    public CounterHandle Counter(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues) => new Counting(Find(declaration, MetricKind.Counter, labelValues));

    /// <inheritdoc />
    public GaugeHandle Gauge(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues) => new Gauging(Find(declaration, MetricKind.Gauge, labelValues));

    /// <inheritdoc />
    public HistogramHandle Histogram(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues) => new Observing(Find(declaration, MetricKind.Histogram, labelValues));

    /// <inheritdoc />
    public void OnScrape(Action refresh) => _refreshes.Enqueue(refresh);

    /// <summary>Value of a counter or gauge, or number of observations of a histogram; 0 when it was never bound.</summary>
    /// <param name="declaration">The series.</param>
    /// <param name="labelValues">One value for each label.</param>
    public double Value(MetricDeclaration declaration, params ReadOnlySpan<string> labelValues)
    {
        foreach (Action refresh in _refreshes)
        {
            refresh();
        }

        return _cells.TryGetValue(KeyOf(declaration, labelValues), out Cell? cell) ? cell.Value : 0;
    }

    private static string KeyOf(MetricDeclaration declaration, ReadOnlySpan<string> labelValues)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        if (labelValues.Length != declaration.LabelNames.Length)
        {
            throw new ArgumentException($"{declaration.Name} has {declaration.LabelNames.Length} labels, {labelValues.Length} given.", nameof(labelValues));
        }

        return $"{declaration.Name}|{string.Join('|', labelValues!)}";
    }

    private Cell Find(MetricDeclaration declaration, MetricKind kind, ReadOnlySpan<string> labelValues)
    {
        string key = KeyOf(declaration, labelValues);
        return declaration.Kind == kind ? _cells.GetOrAdd(key, static _ => new Cell()) : throw new ArgumentException($"{declaration.Name} is a {declaration.Kind}.", nameof(declaration));
    }

    private sealed class Cell
    {
        private double _value;

        public double Value => Volatile.Read(ref _value);

        public void Add(double amount)
        {
            double seen;
            do
            {
                seen = Volatile.Read(ref _value);
            }
            while (Interlocked.CompareExchange(ref _value, seen + amount, seen) != seen);
        }

        public void Set(double value) => Volatile.Write(ref _value, value);
    }

    private sealed class Counting(Cell cell) : CounterHandle
    {
        public override void Add(double amount = 1) => cell.Add(amount);
    }

    private sealed class Gauging(Cell cell) : GaugeHandle
    {
        public override void Set(double value) => cell.Set(value);

        public override void Add(double amount) => cell.Add(amount);
    }

    private sealed class Observing(Cell cell) : HistogramHandle
    {
        public override void Observe(double value) => cell.Add(1);
    }
}
