using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeSmtp.Core.Tracing;

namespace EdgeSmtp.Testing.Tracing;

/// <summary>Listens to one tracer and keeps the spans that ended. Spans of other tracers, such as those of tests that run beside, are none of its business.</summary>
public sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    /// <summary>Begins to listen.</summary>
    /// <param name="tracer">The tracer.</param>
    /// <param name="sample">Whether a trace that begins is in the sample; what belongs to it follows. Default: all are.</param>
    public SpanRecorder(Tracer tracer, Func<string, bool>? sample = null)
    {
        ArgumentNullException.ThrowIfNull(tracer);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, tracer.Source),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => Decide(options, sample),
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans that ended and are in the sample, in the order of their ends.</summary>
    public IReadOnlyList<Activity> Spans => [.. _ended.Where(static span => span.Recorded)];

    /// <summary>The one span of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
    public Activity Single(string name) => Spans.Single(span => span.OperationName == name);

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    /// <summary>As OpenTelemetry's samplers do: a trace is decided about where it begins, and what begins one is made even outside of the sample.</summary>
    private static ActivitySamplingResult Decide(in ActivityCreationOptions<ActivityContext> options, Func<string, bool>? sample)
    {
        if (options.Parent == default)
        {
            return sample?.Invoke(options.Name) ?? true ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData;
        }

        return options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None;
    }
}
