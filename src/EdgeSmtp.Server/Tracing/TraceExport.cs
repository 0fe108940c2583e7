using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Server.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeSmtp.Server.Tracing;

/// <summary>Listens to the server's spans and sends those in the sample to the collector: the one place that knows OpenTelemetry.</summary>
internal static class TraceExport
{
    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where spans go.</param>
    /// <param name="instance">Name of this node.</param>
    /// <param name="metrics">Counts.</param>
    /// <returns>Ends it, after sending what waits; <c>null</c> when there is no collector.</returns>
    public static IDisposable? Start(TracingOptions options, string instance, IMetrics metrics)
    {
        TraceMetrics counts = new(metrics);
        if (options.Collector is null)
        {
            return null;
        }

        OtlpExporterOptions otlp = new()
        {
            Endpoint = options.Collector,
            Protocol = options.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            TimeoutMilliseconds = (int)options.Timeout.TotalMilliseconds,
            Headers = string.Join(',', options.Headers.Select(static header => $"{header.Key}={header.Value}")),
        };
        return Sdk.CreateTracerProviderBuilder()
            .AddSource(Core.Tracing.Tracer.SourceName)
            .ConfigureResource(resource => resource.AddService(options.ServiceName, serviceVersion: ProcessMetrics.Version, serviceInstanceId: instance))
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Ratio)))
            .AddProcessor(new CountedProcessor(new CountedExporter(otlp, counts), options, counts))
            .Build();
    }
}
