using System.Globalization;
using EdgeSmtp.Core.Timing;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Tells systemd how we are, when it asks for it (NOTIFY_SOCKET).</summary>
internal sealed class ServiceManager
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");
    private readonly SystemdNotifier _notifier = new();

    /// <summary>We take mail.</summary>
    public void Ready() => _notifier.Notify(ServiceState.Ready);

    /// <summary>We drain.</summary>
    public void Stopping() => _notifier.Notify(ServiceState.Stopping);

    /// <summary>Feeds the watchdog from the heartbeat, at a third of the time that the unit allows: a process whose timers stand still is restarted.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    public void FeedWatchdog(Heartbeat heartbeat)
    {
        if (_notifier.IsEnabled
            && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out long microseconds)
            && microseconds > 0)
        {
            int ticks = (int)Math.Clamp(microseconds / 3 / 1_000_000, 1, 3600);
            heartbeat.Every(ticks, () => _notifier.Notify(Alive));
        }
    }
}
