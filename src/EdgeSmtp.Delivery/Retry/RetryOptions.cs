using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Delivery.Retry;

/// <summary>When a deferred message is tried again, and for how long.</summary>
public sealed class RetryOptions
{
    /// <summary>How long a message may stay. An attempt that starts later turns a temporary failure into a permanent one. 1 minute to 60 days; default 5 days (RFC 5321 §4.5.4.1).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "60.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(5);

    /// <summary>The same for mail from the null reverse-path. 1 minute to 60 days; default 2 days: a report that nobody takes for two days helps nobody.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "60.00:00:00")]
    public TimeSpan ReportLifetime { get; set; } = TimeSpan.FromDays(2);

    /// <summary>Step of the quadratic schedule for remote destinations: attempts fall (n × step)² seconds after arrival. 1 to 300; default 20, qmail's: 400, 1600, 3600 … seconds.</summary>
    [Range(1, 300)]
    public int RemoteStep { get; set; } = 20;

    /// <summary>The same for local mailboxes. 1 to 300; default 10, qmail's.</summary>
    [Range(1, 300)]
    public int LocalStep { get; set; } = 10;

    /// <summary>Pauses after the first, second, … attempt, in place of the quadratic schedule; the last one repeats. Default none.</summary>
    public IList<TimeSpan> Pauses { get; set; } = [];

    /// <summary>Each pause is spread by this share, so that a dead host's mail does not come back all at once. 0 to 0.5; default 0.1.</summary>
    [Range(0.0, 0.5)]
    public double Jitter { get; set; } = 0.1;

    /// <summary>When the sender is told of a delay (RFC 3461 §4.1), once a message. 1 minute to 30 days, or <c>null</c>, the default: only those who ask with NOTIFY=DELAY are told, after 4 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan? DelayNotice { get; set; }
}
