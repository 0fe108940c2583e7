using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Delivery.Transports;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>The destinations. Thread-safe.</summary>
internal sealed class LaneTable(TransportSet transports, IMetrics metrics, TimeProvider time)
{
    /// <summary>Much longer than the way from finding a destination to standing in its queue, so that none is forgotten in between.</summary>
    private static readonly TimeSpan KeptUnused = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly Dictionary<string, RouteMeters> _meters = new(StringComparer.Ordinal);
    private readonly List<LaneKey> _unused = [];
    private readonly GaugeHandle _count = metrics.Gauge(DeliveryMetrics.Destinations);

    /// <summary>Finds or makes the destination of a recipient.</summary>
    public Lane Get(Route route, string domain)
    {
        LaneKey key = new(route, route.UsesMx ? domain : string.Empty);
        lock (_gate)
        {
            if (!_lanes.TryGetValue(key, out Lane? lane))
            {
                if (!_meters.TryGetValue(route.Name, out RouteMeters? meters)) _meters[route.Name] = meters = new RouteMeters(metrics, route.Name, route.Transport);
                _lanes[key] = lane = new Lane(key, transports.For(route.Transport), meters, time);
                _count.Set(_lanes.Count);
            }

            lane.LastUsed = time.GetTimestamp();
            return lane;
        }
    }

    /// <summary>Closes connections that were idle for too long, and forgets destinations with nothing left.</summary>
    public void Sweep(LaneScheduler scheduler, TimeSpan idleTime)
    {
        lock (_gate)
        {
            foreach ((LaneKey key, Lane lane) in _lanes)
            {
                lane.SmtpConnections.Sweep(idleTime);
                lane.QmtpConnections.Sweep(idleTime);
                bool isUnused = time.GetElapsedTime(lane.LastUsed) >= KeptUnused && scheduler.IsIdle(lane) && lane.SmtpConnections.IsEmpty && lane.QmtpConnections.IsEmpty;
                if (isUnused) _unused.Add(key);
            }

            foreach (LaneKey key in _unused) _lanes.Remove(key);
            _unused.Clear();
            _count.Set(_lanes.Count);
        }
    }

    /// <summary>Closes all idle connections: the end.</summary>
    public void CloseIdle()
    {
        lock (_gate)
        {
            foreach (Lane lane in _lanes.Values)
            {
                lane.SmtpConnections.Sweep(TimeSpan.Zero);
                lane.QmtpConnections.Sweep(TimeSpan.Zero);
            }
        }
    }
}
