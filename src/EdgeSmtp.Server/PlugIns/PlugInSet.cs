using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>The plug-ins of one configuration, held until it is given up.</summary>
/// <param name="registry">The built-in types of filters and those of the plug-ins.</param>
/// <param name="plugIns">The plug-ins, held for this set.</param>
/// <param name="refused">Those that are not, with their reasons.</param>
/// <param name="files">Everything on disk that a replacement changes.</param>
internal sealed class PlugInSet(FilterRegistry registry, IReadOnlyList<PlugIn> plugIns, IReadOnlyList<RefusedPlugIn> refused, IReadOnlyList<string> files) : IDisposable
{
    private PlugIn[] _plugIns = [.. plugIns];
    private FilterRegistry? _registry = registry;

    /// <summary>No plug-ins.</summary>
    /// <param name="registry">The built-in types of filters.</param>
    public static PlugInSet Without(FilterRegistry registry) => new(registry, [], [], []);

    /// <summary>The types of filters that configuration can name.</summary>
    public FilterRegistry Registry => _registry ?? throw new ObjectDisposedException(nameof(PlugInSet));

    /// <summary>The plug-ins; empty once they were let go.</summary>
    public IReadOnlyList<PlugIn> PlugIns => _plugIns;

    /// <summary>How many were refused.</summary>
    public int RefusedCount => refused.Count;

    /// <summary>Everything on disk that a replacement changes: the folder, the folders in it, and their files.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>
    /// Tells what was refused. Beside other errors it is one, for it may be their cause: a filter whose type a broken plug-in would have brought. Alone it is a warning: a
    /// plug-in that no filter needs must not keep a server from starting.
    /// </summary>
    /// <param name="problems">Takes it.</param>
    /// <param name="place">The option that names the folder.</param>
    public void Report(ConfigProblems problems, ConfigNode place)
    {
        bool mayBeCause = problems.HasErrors;
        foreach (RefusedPlugIn plugIn in refused)
        {
            foreach (string reason in plugIn.Reasons)
            {
                string path = plugIn.Name.Length == 0 ? place.Path : $"{place.Path}:{plugIn.Name}";
                if (mayBeCause)
                {
                    problems.Error(place.Location, path, reason);
                }
                else
                {
                    problems.Warn(place.Location, path, $"{reason}; no filter needs it, so the server runs without it");
                }
            }
        }
    }

    /// <summary>Lets the plug-ins go.</summary>
    public void Dispose()
    {
        _registry = null;
        foreach (PlugIn plugIn in Interlocked.Exchange(ref _plugIns, []))
        {
            plugIn.Release();
        }
    }
}
