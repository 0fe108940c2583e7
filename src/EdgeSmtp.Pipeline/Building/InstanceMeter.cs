using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>The series of one part of a filter instance. Names are bound when they are first used; a filter that makes them up of what clients send stops at a limit.</summary>
internal sealed class InstanceMeter(IMetrics metrics, string filter, string part) : FilterMeter
{
    private const int NamesMax = 64;
    private const string BeyondLimit = "other";

    private readonly ConcurrentDictionary<string, CounterHandle> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GaugeHandle> _levels = new(StringComparer.Ordinal);
    private readonly HistogramHandle _duration = metrics.Histogram(FilterMetrics.PartDuration, filter, part);

    public override void Count(string what, double amount = 1)
    {
        if (!_counters.TryGetValue(what, out CounterHandle? counter))
        {
            string name = _counters.Count < NamesMax ? what : BeyondLimit;
            counter = _counters.GetOrAdd(name, static (name, me) => me.BindCounter(name), this);
        }

        counter.Add(amount);
    }

    public override void Level(string what, double value)
    {
        if (!_levels.TryGetValue(what, out GaugeHandle? level))
        {
            string name = _levels.Count < NamesMax ? what : BeyondLimit;
            level = _levels.GetOrAdd(name, static (name, me) => me.BindLevel(name), this);
        }

        level.Set(value);
    }

    // Called by a filter in its own flow, so the ambient span is that of its call.
    public override void Took(TimeSpan elapsed) => _duration.Observe(elapsed.TotalSeconds, Activity.Current);

    private CounterHandle BindCounter(string what) => metrics.Counter(FilterMetrics.PartEvents, filter, part, what);

    private GaugeHandle BindLevel(string what) => metrics.Gauge(FilterMetrics.PartLevel, filter, part, what);
}
