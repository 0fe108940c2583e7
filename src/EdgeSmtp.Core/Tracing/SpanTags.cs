namespace EdgeSmtp.Core.Tracing;

/// <summary>
/// Tags of spans. The same ids stand in the event log, which has the addresses: traces leave the host, so no sender, no recipient and no content is in them.
/// Names without prefix are OpenTelemetry's own.
/// </summary>
public static class SpanTags
{
    /// <summary>Id of the session.</summary>
    public const string Session = "edgesmtp.session";

    /// <summary>Id of the transaction.</summary>
    public const string Transaction = "edgesmtp.transaction";

    /// <summary>Id of the queued message.</summary>
    public const string Message = "edgesmtp.message";

    /// <summary>Name of the listener.</summary>
    public const string Listener = "edgesmtp.listener";

    /// <summary>Name of the filter.</summary>
    public const string Filter = "edgesmtp.filter";

    /// <summary>Stage of the call.</summary>
    public const string Stage = "edgesmtp.stage";

    /// <summary>Kind of the verdict.</summary>
    public const string Verdict = "edgesmtp.verdict";

    /// <summary>Token of a reason.</summary>
    public const string Reason = "edgesmtp.reason";

    /// <summary>Present for a filter in shadow.</summary>
    public const string Shadow = "edgesmtp.shadow";

    /// <summary>Seconds that a body sink worked while the content came in.</summary>
    public const string BodySeconds = "edgesmtp.body.seconds";

    /// <summary>What came of it.</summary>
    public const string Result = "edgesmtp.result";

    /// <summary>Reply code.</summary>
    public const string Reply = "edgesmtp.reply";

    /// <summary>Recipients.</summary>
    public const string Recipients = "edgesmtp.recipients";

    /// <summary>Bytes of content.</summary>
    public const string SizeBytes = "edgesmtp.size";

    /// <summary>Name of the route.</summary>
    public const string Route = "edgesmtp.route";

    /// <summary>Number of the attempt, from 1.</summary>
    public const string Attempt = "edgesmtp.attempt";

    /// <summary>Where an answer came from.</summary>
    public const string Source = "edgesmtp.source";

    /// <summary>Address of the client.</summary>
    public const string ClientAddress = "client.address";

    /// <summary>Name of the host that was talked to.</summary>
    public const string ServerAddress = "server.address";

    /// <summary>Version of TLS.</summary>
    public const string TlsVersion = "tls.protocol.version";

    /// <summary>Name that was asked for.</summary>
    public const string DnsName = "dns.question.name";

    /// <summary>Type of the records asked for.</summary>
    public const string DnsType = "dns.question.type";

    /// <summary>Type of what went wrong.</summary>
    public const string ErrorType = "error.type";
}
