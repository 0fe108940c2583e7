using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Reloading;

/// <summary>Series of the configuration.</summary>
/// <param name="metrics">The metrics.</param>
internal sealed class ReloadMetrics(IMetrics metrics)
{
    public static readonly MetricDeclaration ReloadsTotal = new("edgesmtp_config_reloads_total", MetricKind.Counter, "Times the configuration was read again.", "result");
    public static readonly MetricDeclaration ValidGauge = new("edgesmtp_config_valid", MetricKind.Gauge, "1 while the files hold what runs; 0 after a reload found them invalid and kept the old configuration.");
    public static readonly MetricDeclaration RestartGauge = new("edgesmtp_config_restart_needed", MetricKind.Gauge, "1 when the files hold changes that only a restart brings into force.");
    public static readonly MetricDeclaration LoadedGauge = new("edgesmtp_config_loaded_timestamp_seconds", MetricKind.Gauge, "When the configuration that runs was read, in seconds since 1970.");

    public CounterHandle Taken { get; } = metrics.Counter(ReloadsTotal, "taken");

    public CounterHandle Refused { get; } = metrics.Counter(ReloadsTotal, "refused");

    public GaugeHandle Valid { get; } = metrics.Gauge(ValidGauge);

    public GaugeHandle RestartNeeded { get; } = metrics.Gauge(RestartGauge);

    public GaugeHandle Loaded { get; } = metrics.Gauge(LoadedGauge);
}
