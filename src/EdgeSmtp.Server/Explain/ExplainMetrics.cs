using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Explain;

/// <summary>Series of what is kept for <c>edgesmtp explain</c>.</summary>
internal sealed class ExplainMetrics(IMetrics metrics)
{
    public static readonly MetricDeclaration LinesTotal = new("edgesmtp_explain_lines_total", MetricKind.Counter, "Lines written for `edgesmtp explain`.");
    public static readonly MetricDeclaration DroppedTotal = new(
        "edgesmtp_explain_dropped_total", MetricKind.Counter, "Lines for `edgesmtp explain` that were dropped because the writer was behind or could not write.");

    public CounterHandle Lines { get; } = metrics.Counter(LinesTotal);

    public CounterHandle Dropped { get; } = metrics.Counter(DroppedTotal);
}
