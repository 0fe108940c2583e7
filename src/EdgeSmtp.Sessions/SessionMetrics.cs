using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Sessions;

/// <summary>Series about connections, sessions and what they bring in.</summary>
public static class SessionMetrics
{
    /// <summary>Connections.</summary>
    public static MetricDeclaration Connections { get; } = new(
        "edgesmtp_connections_total", MetricKind.Counter, "Connections accepted by the operating system, refused ones included.", "listener");

    /// <summary>Open connections.</summary>
    public static MetricDeclaration ConnectionsOpen { get; } = new(
        "edgesmtp_connections_open", MetricKind.Gauge, "Connections open now, health checks included.", "listener");

    /// <summary>Refused connections.</summary>
    public static MetricDeclaration ConnectionsRefused { get; } = new(
        "edgesmtp_connections_refused_total", MetricKind.Counter,
        "Connections refused before a session: server-full, address-full, network-full, draining, proxy-header, proxy-timeout, access-rule, client-name.", "listener", "reason");

    /// <summary>What access rules decided.</summary>
    public static MetricDeclaration AccessDecisions { get; } = new(
        "edgesmtp_access_decisions_total", MetricKind.Counter,
        "Connections by what access rules say: allow, refuse-mail (a session without recipients), deny, no-rule.", "listener", "outcome");

    /// <summary>Look-ups of clients' names.</summary>
    public static MetricDeclaration ClientNames { get; } = new(
        "edgesmtp_client_names_total", MetricKind.Counter, "Forward-confirmed reverse DNS of clients: found, none, temporary-failure.", "listener", "result");

    /// <summary>Health checks.</summary>
    public static MetricDeclaration HealthChecks { get; } = new(
        "edgesmtp_health_checks_total", MetricKind.Counter, "Connections that a proxy made for itself (PROXY LOCAL and UNKNOWN). They are no sessions.", "listener");

    /// <summary>Sessions.</summary>
    public static MetricDeclaration Sessions { get; } = new("edgesmtp_sessions_total", MetricKind.Counter, "Sessions begun.", "listener");

    /// <summary>Active sessions.</summary>
    public static MetricDeclaration SessionsActive { get; } = new("edgesmtp_sessions_active", MetricKind.Gauge, "Sessions now.", "listener");

    /// <summary>Held sessions.</summary>
    public static MetricDeclaration SessionsHeld { get; } = new(
        "edgesmtp_sessions_held", MetricKind.Gauge, "Sessions whose greeting is held back now.", "listener");

    /// <summary>Held replies.</summary>
    public static MetricDeclaration RepliesHeld { get; } = new(
        "edgesmtp_replies_held", MetricKind.Gauge, "Sessions whose reply to RCPT is held back now.", "listener");

    /// <summary>Sessions under TLS.</summary>
    public static MetricDeclaration SessionsTls { get; } = new(
        "edgesmtp_sessions_tls_total", MetricKind.Counter, "Sessions that went under TLS, from the start or by STARTTLS.", "listener");

    /// <summary>Ends of sessions.</summary>
    public static MetricDeclaration SessionEnds { get; } = new(
        "edgesmtp_session_ends_total", MetricKind.Counter,
        "Sessions ended: quit, client-gone, timeout, write-timeout, session-timeout, drain, filter, too-many-commands, too-many-errors, violation, tls-failed, failed.",
        "listener", "reason");

    /// <summary>Commands.</summary>
    public static MetricDeclaration Commands { get; } = new(
        "edgesmtp_commands_total", MetricKind.Counter, "SMTP commands by verb; unknown, malformed and non-smtp count the rest.", "listener", "verb");

    /// <summary>Violations.</summary>
    public static MetricDeclaration Violations { get; } = new(
        "edgesmtp_violations_total", MetricKind.Counter,
        "Breaches of the protocol that bots commit, once a session for each kind: early-talk, pipelined-before-hello, non-smtp-command, bare-lf, bare-cr.",
        "listener", "violation");

    /// <summary>Replies that refuse.</summary>
    public static MetricDeclaration Refusals { get; } = new(
        "edgesmtp_refusals_total", MetricKind.Counter, "Replies that refuse, 4yz and 5yz, by their code. QMTP counts the code that means the same.", "listener", "code");

    /// <summary>Listeners.</summary>
    public static MetricDeclaration ListenerInfo { get; } = new(
        "edgesmtp_listener_info", MetricKind.Gauge, "Always 1; its labels say what a listener speaks, and whether TLS is none, starttls or implicit.", "listener", "protocol", "tls");

    /// <summary>Recipients.</summary>
    public static MetricDeclaration Recipients { get; } = new(
        "edgesmtp_recipients_total", MetricKind.Counter,
        "Recipients named by clients: accepted, duplicate, syntax, relay-denied, unknown, temporary-failure, too-many, no-smtputf8, no-binarymime, other-profile, access-rule, filter.", "listener", "result");

    /// <summary>Transactions.</summary>
    public static MetricDeclaration Transactions { get; } = new(
        "edgesmtp_transactions_total", MetricKind.Counter,
        "Messages that came in: committed, discarded, deferred, rejected, too-large, malformed, too-many-hops, no-space, store-failed, abandoned.", "listener", "result");

    /// <summary>Bytes of content.</summary>
    public static MetricDeclaration ContentBytes { get; } = new(
        "edgesmtp_content_bytes_total", MetricKind.Counter, "Bytes of messages received, whatever became of them.", "listener");

    /// <summary>Time to commit.</summary>
    public static MetricDeclaration CommitSeconds { get; } = new(
        "edgesmtp_commit_seconds", MetricKind.Histogram, "Time from the end of content and its filters until the message was durable.", "listener");
}
