namespace EdgeSmtp.Server.Tracing;

/// <summary>How spans travel.</summary>
internal enum OtlpProtocol : byte
{
    /// <summary>OTLP over HTTP; the collector's address has the path, mostly <c>/v1/traces</c> on port 4318.</summary>
    HttpProtobuf,

    /// <summary>OTLP over gRPC, mostly on port 4317.</summary>
    Grpc,
}
