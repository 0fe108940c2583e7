using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>
/// Sees that the contexts of replaced plug-ins go. The runtime frees one only in a collection of the oldest generation, which an idle server may not have for days, so some are
/// asked for; and a context that stays all the same is held by something that its plug-in left behind, which an operator must hear of.
/// </summary>
/// <param name="folder">Where contexts begin to go.</param>
/// <param name="metrics">Counts those that have not gone.</param>
/// <param name="logger">Hears of those that stay.</param>
internal sealed partial class UnloadWatch(PlugInFolder folder, PlugInMetrics metrics, ILogger<UnloadWatch> logger)
{
    /// <summary>How often <see cref="Look"/> asks for a collection for one context. A context needs several: its finalizers run between them.</summary>
    public const int CollectionsMax = 12;

    private readonly List<(LeavingContext Context, int Looks)> _leaving = [];

    /// <summary>Looks after the contexts; called now and then.</summary>
    public void Look()
    {
        _leaving.AddRange(folder.TakeLeaving().Select(static context => (context, 0)));
        for (int i = _leaving.Count - 1; i >= 0; i--)
        {
            (LeavingContext context, int looks) = _leaving[i];
            if (!context.Context.IsAlive)
            {
                LogGone(context.Name, context.Version);
                _leaving.RemoveAt(i);
                continue;
            }

            _leaving[i] = (context, looks + 1);
            if (looks + 1 == CollectionsMax)
            {
                LogStays(context.Name, context.Version);
            }
        }

        metrics.Leaving.Set(_leaving.Count);
        if (_leaving.Exists(static context => context.Looks < CollectionsMax))
        {
            // Not blocking: sessions go on while it runs.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    [LoggerMessage(EventId = 814, Level = LogLevel.Information, Message = "Version {Version} of plug-in {PlugIn} is gone from memory.")]
    private partial void LogGone(string plugIn, string version);

    [LoggerMessage(EventId = 815, Level = LogLevel.Warning, Message = "Version {Version} of plug-in {PlugIn} was replaced and stays in memory: a timer, a thread, a subscription or a cache of its own still refers to it.")]
    private partial void LogStays(string plugIn, string version);
}
