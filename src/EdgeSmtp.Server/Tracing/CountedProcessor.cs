using System.Diagnostics;
using OpenTelemetry;

namespace EdgeSmtp.Server.Tracing;

/// <summary>Counts the spans that end, and lets them wait for export in batches. Never holds up whoever ends one: what finds no room is dropped.</summary>
/// <param name="exporter">Takes the batches; owned.</param>
/// <param name="options">Limits.</param>
/// <param name="metrics">Counts.</param>
internal sealed class CountedProcessor(BaseExporter<Activity> exporter, TracingOptions options, TraceMetrics metrics)
    : BatchActivityExportProcessor(exporter, options.QueueMax, DelayMilliseconds, (int)options.Timeout.TotalMilliseconds)
{
    private const int DelayMilliseconds = 1000;

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (data.Recorded)
        {
            metrics.Recorded.Add();
        }

        base.OnEnd(data);
    }
}
