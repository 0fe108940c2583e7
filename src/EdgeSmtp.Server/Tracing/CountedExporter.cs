using System.Diagnostics;
using OpenTelemetry;

namespace EdgeSmtp.Server.Tracing;

/// <summary>Counts what another exporter sends.</summary>
/// <param name="exporter">The exporter; owned.</param>
/// <param name="metrics">Counts.</param>
internal sealed class CountedExporter(BaseExporter<Activity> exporter, TraceMetrics metrics) : BaseExporter<Activity>
{
    /// <inheritdoc />
    public override ExportResult Export(in Batch<Activity> batch)
    {
        long count = batch.Count;
        ExportResult result = exporter.Export(batch);
        (result == ExportResult.Success ? metrics.Exported : metrics.Failed).Add(count);
        return result;
    }

    /// <inheritdoc />
    protected override bool OnShutdown(int timeoutMilliseconds) => exporter.Shutdown(timeoutMilliseconds);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            exporter.Dispose();
        }

        base.Dispose(disposing);
    }
}
