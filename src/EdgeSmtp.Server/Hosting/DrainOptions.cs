using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Hosting;

/// <summary>How the server stops on SIGTERM: readiness fails, listeners close, idle sessions get 421, running ones finish, delivery stops, the queue closes.</summary>
internal sealed record DrainOptions
{
    /// <summary>How long listeners stay open after readiness failed, so that a load balancer can notice. 0 to 5 minutes; default 0.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan NoticeTime { get; init; }

    /// <summary>How long running transactions may take to finish; then their connections are closed. 1 s to 1 hour; default 30 s. TimeoutStopSec of the systemd unit must exceed it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SessionsMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long deliveries that run may take to finish after the sessions; then they are given up and tried again after the next start. 0 to 1 hour; default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DeliveriesMax { get; init; } = TimeSpan.FromSeconds(15);
}
