using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Queue.Quarantine;

/// <summary>Series of the quarantine.</summary>
public static class QuarantineMetrics
{
    /// <summary>Messages in quarantine.</summary>
    public static readonly MetricDeclaration Messages = new("edgesmtp_quarantine_messages", MetricKind.Gauge, "Messages in quarantine.");

    /// <summary>Their contents.</summary>
    public static readonly MetricDeclaration Bytes = new("edgesmtp_quarantine_bytes", MetricKind.Gauge, "Content of the messages in quarantine, in bytes.");

    /// <summary>Age of the oldest.</summary>
    public static readonly MetricDeclaration OldestAge = new("edgesmtp_quarantine_oldest_age_seconds", MetricKind.Gauge, "Age of the oldest message in quarantine; 0 when there is none.");

    /// <summary>What operators did.</summary>
    public static readonly MetricDeclaration Operated = new(
        "edgesmtp_quarantine_operated_total", MetricKind.Counter, "Messages that operators released (for all recipients or some) or deleted.", "action");

    /// <summary>What retention deleted.</summary>
    public static readonly MetricDeclaration Expired = new(
        "edgesmtp_quarantine_expired_total", MetricKind.Counter, "Messages that retention deleted: age (their time was over), space (there were too many, or too large ones).", "cause");
}
