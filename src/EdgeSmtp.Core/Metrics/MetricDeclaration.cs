namespace EdgeSmtp.Core.Metrics;

/// <summary>
/// Declares one series. Declarations are static fields of one class in each subsystem, named <c>…Metrics</c>, so that the reference in <c>docs/metrics.md</c>
/// is generated from them.
/// </summary>
/// <param name="Name">Prometheus name with unit, such as <c>edgesmtp_filter_duration_seconds</c>.</param>
/// <param name="Kind">Kind of series.</param>
/// <param name="Help">One sentence for people.</param>
/// <param name="LabelNames">Labels; values come only from configuration names and declared tokens, never from strangers.</param>
public sealed record MetricDeclaration(string Name, MetricKind Kind, string Help, params string[] LabelNames)
{
    /// <summary>Upper bounds of histogram buckets, rising. Default: 1 ms to 60 s for durations.</summary>
    public double[] Buckets { get; init; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
}
