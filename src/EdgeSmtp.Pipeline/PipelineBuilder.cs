using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Pipeline;

/// <summary>Builds pipelines. One builder lives as long as the server: it keeps the state that outlives a reload, and instances whose configuration did not change.</summary>
/// <param name="dns">The resolver.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">The metrics.</param>
/// <param name="events">The event log.</param>
/// <param name="loggers">Makes a logger for each instance.</param>
public sealed class PipelineBuilder(IDnsResolver dns, TimeProvider time, IMetrics metrics, IEventLog events, ILoggerFactory loggers)
{
    /// <summary>Checks the plan and makes the filters.</summary>
    /// <param name="steps">In order.</param>
    /// <param name="profiles">Named variants: profile name to (instance name to variant instance).</param>
    /// <param name="errors">Takes all errors, each with the instance it is about. Nothing is built when there is one.</param>
    /// <returns>The pipeline, or <c>null</c> when there are errors.</returns>
    public FilterPipeline? Build(
        IReadOnlyList<PipelineStep> steps, IReadOnlyDictionary<string, IReadOnlyDictionary<string, FilterInstance>> profiles, ICollection<string> errors)
    {
        _ = (dns, time, metrics, events, loggers, steps, profiles, errors);
        throw new NotImplementedException();
    }
}
