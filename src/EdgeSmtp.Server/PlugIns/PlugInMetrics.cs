using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>Series of plug-ins.</summary>
/// <param name="metrics">The metrics.</param>
internal sealed class PlugInMetrics(IMetrics metrics)
{
    public static readonly MetricDeclaration PlugIns = new(
        "edgesmtp_plugins", MetricKind.Gauge, "Plug-ins by state: running; refused when the folder was read last; leaving, replaced and not yet gone from memory.", "state");

    /// <summary>Those that the configuration in force has.</summary>
    public GaugeHandle Running { get; } = metrics.Gauge(PlugIns, "running");

    /// <summary>Those that were refused at the last load.</summary>
    public GaugeHandle Refused { get; } = metrics.Gauge(PlugIns, "refused");

    /// <summary>Contexts that were asked to unload and are still in memory.</summary>
    public GaugeHandle Leaving { get; } = metrics.Gauge(PlugIns, "leaving");
}
