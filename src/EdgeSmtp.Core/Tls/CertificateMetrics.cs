using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Core.Tls;

/// <summary>Series about certificates.</summary>
public static class CertificateMetrics
{
    /// <summary>When it ends.</summary>
    public static MetricDeclaration NotAfter { get; } = new(
        "edgesmtp_certificate_not_after_timestamp_seconds", MetricKind.Gauge, "Unix time at which the certificate in use ends.", "certificate");

    /// <summary>Failed reads.</summary>
    public static MetricDeclaration LoadFailures { get; } = new(
        "edgesmtp_certificate_load_failures_total", MetricKind.Counter, "Changed certificate files that could not be used; the old certificate stays.", "certificate");

    /// <summary>Handshakes.</summary>
    public static MetricDeclaration Handshakes { get; } = new(
        "edgesmtp_tls_handshakes_total", MetricKind.Counter, "TLS handshakes as a server by what came of them: a version, failed, or timeout.", "result");
}
