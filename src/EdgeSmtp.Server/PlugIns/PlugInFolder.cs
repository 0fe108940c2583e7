using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>
/// The folder of plug-ins, one sub-folder for each. Lives as long as the program: a plug-in whose files did not change is taken over by the next configuration, so that its filters
/// go on as they are.
/// </summary>
/// <param name="builtIn">The types of filters that the program brings.</param>
internal sealed class PlugInFolder(FilterRegistry builtIn)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<LeavingContext> _leaving = new();
    private readonly List<PlugIn> _loaded = [];

    /// <summary>Takes the contexts that began to go since it was asked last.</summary>
    public IReadOnlyList<LeavingContext> TakeLeaving()
    {
        List<LeavingContext> taken = [];
        while (_leaving.TryDequeue(out LeavingContext? context))
        {
            taken.Add(context);
        }

        return taken;
    }

    /// <summary>Loads what lies in the folder.</summary>
    /// <param name="folder">The folder; <c>null</c> for none.</param>
    /// <returns>A set for one configuration, which disposes it.</returns>
    public PlugInSet Load(string? folder)
    {
        if (folder is null)
        {
            return PlugInSet.Without(builtIn);
        }

        lock (_lock)
        {
            // Those that the last holder has let go are not kept: they would keep nothing alive, but the list would grow.
            _loaded.RemoveAll(static plugIn => !IsAlive(plugIn));
            List<RefusedPlugIn> refused = [];
            List<PlugIn> plugIns = [];
            List<string> files = [folder];
            foreach (string sub in FoldersIn(folder, refused))
            {
                List<string> reasons = [];
                if (TryLoad(sub, files, reasons) is { } plugIn)
                {
                    plugIns.Add(plugIn);
                }
                else
                {
                    refused.Add(new RefusedPlugIn(Path.GetFileName(sub), reasons));
                }
            }

            return Combine(plugIns, refused, files);
        }
    }

    private static string[] FoldersIn(string folder, List<RefusedPlugIn> refused)
    {
        try
        {
            if (File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherWrite))
            {
                refused.Add(new RefusedPlugIn(string.Empty, ["everybody may write to it, so nothing in it is loaded"]));
                return [];
            }

            // A name with a leading dot is a version in the making, to be renamed when it is whole.
            string[] folders = [.. Directory.GetDirectories(folder).Where(static sub => !Path.GetFileName(sub).StartsWith('.'))];
            Array.Sort(folders, StringComparer.Ordinal);
            return folders;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            refused.Add(new RefusedPlugIn(string.Empty, [$"cannot be read: {failure.Message}"]));
            return [];
        }
    }

    private static bool IsAlive(PlugIn plugIn)
    {
        if (!plugIn.TryHold())
        {
            return false;
        }

        plugIn.Release();
        return true;
    }

    private PlugIn? TryLoad(string folder, List<string> files, List<string> reasons)
    {
        try
        {
            files.Add(folder);
            files.AddRange(PlugInFiles.Below(folder));
            if (PlugInFiles.FindOpenToAll(folder) is { } open)
            {
                reasons.Add($"everybody may write to {open}");
                return null;
            }

            string fingerprint = PlugInFiles.FingerprintOf(folder);
            string name = Path.GetFileName(folder);
            if (_loaded.Find(plugIn => plugIn.Name == name && plugIn.Fingerprint == fingerprint && plugIn.TryHold()) is { } running)
            {
                return running;
            }

            PlugIn? loaded = new PlugInLoader(_leaving.Enqueue).Load(folder, reasons);
            if (loaded is not null)
            {
                _loaded.Add(loaded);
            }

            return loaded;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reasons.Add($"cannot be read: {failure.Message}");
            return null;
        }
    }

    /// <summary>Puts the registrations together. Where two plug-ins claim a name, neither is taken: which of them an operator means, nobody can tell.</summary>
    private PlugInSet Combine(List<PlugIn> plugIns, List<RefusedPlugIn> refused, List<string> files)
    {
        ILookup<string, string> owners = plugIns.Select(static plugIn => (plugIn.Name, plugIn.Registry))
            .Prepend((string.Empty, builtIn))
            .SelectMany(static source => NamesOf(source.Item2).Select(name => (Name: name, Owner: source.Item1)))
            .ToLookup(static claim => claim.Name, static claim => claim.Owner, StringComparer.Ordinal);
        FilterRegistry registry = new FilterRegistry().Include(builtIn);
        List<PlugIn> taken = [];
        foreach (PlugIn plugIn in plugIns)
        {
            string[] reasons =
            [
                .. from name in NamesOf(plugIn.Registry)
                   from owner in owners[name]
                   where owner != plugIn.Name
                   select $"registers {name}, which {(owner.Length == 0 ? "is built in" : $"plug-in '{owner}' registers, too")}",
            ];
            if (reasons.Length == 0)
            {
                registry.Include(plugIn.Registry);
                taken.Add(plugIn);
            }
            else
            {
                refused.Add(new RefusedPlugIn(plugIn.Name, reasons));
                plugIn.Release();
            }
        }

        return new PlugInSet(registry, taken, refused, files);
    }

    private static IEnumerable<string> NamesOf(FilterRegistry registry) =>
        registry.Types.Keys.Select(static type => $"the type '{type}'").Concat(registry.Parts.Select(static part => $"the part '{part.Type}' of {part.PartType.Name}"));
}
