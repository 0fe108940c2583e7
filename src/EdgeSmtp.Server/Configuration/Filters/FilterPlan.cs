using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Server.Configuration.Filters;

/// <summary>The filters of a configuration, bound and in order, before a pipeline is built of them.</summary>
/// <param name="Steps">In order.</param>
/// <param name="Profiles">Profile name to (instance name to variant).</param>
internal sealed record FilterPlan(IReadOnlyList<PipelineStep> Steps, IReadOnlyDictionary<string, IReadOnlyDictionary<string, FilterInstance>> Profiles);
