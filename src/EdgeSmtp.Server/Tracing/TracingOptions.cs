using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Tracing;

/// <summary>Traces of transactions for OpenTelemetry (docs/tracing.md). Off, and without cost, until a collector is named.</summary>
internal sealed record TracingOptions : IValidatableObject
{
    /// <summary>Collector that spans are sent to by OTLP, such as <c>http://collector.example:4318/v1/traces</c>. <c>null</c>, the default: no tracing.</summary>
    public Uri? Collector { get; init; }

    /// <summary>How they are sent. Default HttpProtobuf.</summary>
    public OtlpProtocol Protocol { get; init; }

    /// <summary>Share of transactions that are traced, 0 to 1; the choice is made when a trace begins. Default 0.01.</summary>
    [Range(0.0, 1.0)]
    public double Ratio { get; init; } = 0.01;

    /// <summary>Name of the service in traces. Default edgesmtp; the instance is the host name.</summary>
    public string ServiceName { get; init; } = "edgesmtp";

    /// <summary>Further headers of each export, such as a key that the collector asks for. Default none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Ended spans that may wait for export. Further ones are dropped and counted. 512 to 1,000,000; default 8,192.</summary>
    [Range(512, 1_000_000)]
    public int QueueMax { get; init; } = 8_192;

    /// <summary>Time that one export may take. 1 s to 1 minute; default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Collector is not null && Collector.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult("must be http or https", [nameof(Collector)]);
        }

        foreach ((string name, string value) in Headers)
        {
            // The exporter takes them as one text, in which these two would begin another header.
            if ((name + value).AsSpan().ContainsAny(',', '='))
            {
                yield return new ValidationResult($"{name} may contain neither comma nor equals sign", [nameof(Headers)]);
            }
        }
    }
}
