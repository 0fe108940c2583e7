using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Server.Http;

/// <summary>Whether a load balancer may send us clients.</summary>
internal sealed class Readiness
{
    private readonly GaugeHandle _gauge;
    private IMessageStore? _store;
    private volatile bool _draining;

    /// <summary>Not ready yet.</summary>
    /// <param name="metrics">The metrics.</param>
    public Readiness(IMetrics metrics)
    {
        _gauge = metrics.Gauge(ReadinessMetrics.Ready);
        metrics.OnScrape(() => _gauge.Set(Obstacle is null ? 1 : 0));
    }

    /// <summary>Why no client should come, or <c>null</c>.</summary>
    public string? Obstacle
    {
        get
        {
            if (_draining)
            {
                return "draining";
            }

            return Volatile.Read(ref _store)?.Health switch
            {
                null => "starting",
                StoreHealth.Open => null,
                StoreHealth.Full => "queue disk is full",
                StoreHealth.Failed => "queue disk failed",
                _ => "queue is closed",
            };
        }
    }

    /// <summary>Listeners are bound; from now on the store decides.</summary>
    /// <param name="store">The queue.</param>
    public void Start(IMessageStore store) => Volatile.Write(ref _store, store);

    /// <summary>The server stops.</summary>
    public void Drain() => _draining = true;
}
