using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace EdgeSmtp.Server.Tracing;

/// <summary>Sends spans to a collector and counts them. An heir, not a wrapper: the exporter that the provider knows is the one that it tells who we are (the resource).</summary>
/// <param name="options">Where to, and how.</param>
/// <param name="metrics">Counts.</param>
internal sealed class CountedExporter(OtlpExporterOptions options, TraceMetrics metrics) : OtlpTraceExporter(options)
{
    /// <inheritdoc />
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        long count = activityBatch.Count;
        ExportResult result = base.Export(activityBatch);
        (result == ExportResult.Success ? metrics.Exported : metrics.Failed).Add(count);
        return result;
    }
}
