using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Core.Tracing;

namespace EdgeSmtp.Benchmarks.Tracing;

/// <summary>What a span costs: while nobody listens, outside of the sample, and recorded.</summary>
[MemoryDiagnoser]
public class TracingBenchmarks : IDisposable
{
    private readonly Tracer _silent = new();
    private readonly Tracer _sampled = new();
    private readonly Tracer _recorded = new();
    private readonly List<ActivityListener> _listeners = [];

    public TracingBenchmarks()
    {
        Listen(_sampled, ActivitySamplingResult.PropagationData);
        Listen(_recorded, ActivitySamplingResult.AllDataAndRecorded);
    }

    [Benchmark(Baseline = true)]
    public bool NobodyListens() => _silent.IsOn;

    [Benchmark]
    public Activity? OutsideOfTheSample() => Run(_sampled);

    [Benchmark]
    public Activity? Recorded() => Run(_recorded);

    public void Dispose()
    {
        _listeners.ForEach(static listener => listener.Dispose());
        _silent.Dispose();
        _sampled.Dispose();
        _recorded.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Activity? Run(Tracer tracer)
    {
        Activity? span = tracer.Begin(Spans.Transaction, ActivityKind.Server);
        span.IfRecorded()?.SetTag(SpanTags.Session, "s");
        span?.End();
        return span;
    }

    private void Listen(Tracer tracer, ActivitySamplingResult result)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => ReferenceEquals(source, tracer.Source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
        };
        ActivitySource.AddActivityListener(listener);
        _listeners.Add(listener);
    }
}
