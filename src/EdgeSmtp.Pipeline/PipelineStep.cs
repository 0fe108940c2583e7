namespace EdgeSmtp.Pipeline;

/// <summary>One entry of the filter order.</summary>
/// <param name="Name">Name of the filter or group.</param>
/// <param name="Members">One filter, or the members of a group that run at the same time.</param>
public sealed record PipelineStep(string Name, IReadOnlyList<FilterInstance> Members);
