using System.Diagnostics;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>The series of one filter instance, bound when its pipeline is built.</summary>
internal sealed class NodeMetrics
{
    private readonly IMetrics _metrics;
    private readonly string _name;
    private readonly HistogramHandle?[] _durations = new HistogramHandle?[Stages.Count];
    private readonly CounterHandle?[,] _errors = new CounterHandle?[Stages.Count, ErrorKinds.Count];
    private readonly CounterHandle[] _skipped;

    public NodeMetrics(IMetrics metrics, string name, IFilter filter, IReadOnlyList<FactKey> skipWhen)
    {
        _metrics = metrics;
        _name = name;
        InFlight = metrics.Gauge(FilterMetrics.InFlight, name);
        Stuck = metrics.Counter(FilterMetrics.Stuck, name);
        _skipped = [.. skipWhen.Select(fact => metrics.Counter(FilterMetrics.Skipped, name, fact.Name))];
        foreach (Stage stage in Stages.All)
        {
            if (Stages.TakesPart(filter, stage))
            {
                _durations[(int)stage] = metrics.Histogram(FilterMetrics.Duration, name, stage.Label());
                // Bound at once, so that an alert sees the first failure as a rise from zero.
                BindError(stage, ErrorKind.Exception);
                BindError(stage, ErrorKind.Timeout);
            }
        }
    }

    public GaugeHandle InFlight { get; }

    public CounterHandle Stuck { get; }

    public void Took(Stage stage, TimeSpan time, Activity? span) => _durations[(int)stage]?.Observe(time.TotalSeconds, span);

    public void SkippedBy(int fact) => _skipped[fact].Add();

    public void Failed(Stage stage, ErrorKind kind) => (_errors[(int)stage, (int)kind] ?? BindError(stage, kind)).Add();

    private CounterHandle BindError(Stage stage, ErrorKind kind) =>
        _errors[(int)stage, (int)kind] = _metrics.Counter(FilterMetrics.Errors, _name, stage.Label(), kind.Label());
}
