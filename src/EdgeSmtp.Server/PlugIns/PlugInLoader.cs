using System.Reflection;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Timing;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>Loads one version of one plug-in, or says everything that speaks against it. Whatever its code throws ends here.</summary>
/// <param name="leaving">Told when a context begins to go.</param>
internal sealed class PlugInLoader(Action<LeavingContext> leaving)
{
    private static readonly TimeSpan RegisterLimit = TimeSpan.FromSeconds(10);

    /// <summary>Loads.</summary>
    /// <param name="folder">Folder of the plug-in; its main assembly has the same name.</param>
    /// <param name="reasons">Takes why it is refused.</param>
    /// <returns>The plug-in, held by the caller; <c>null</c> when it is refused.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public PlugIn? Load(string folder, ICollection<string> reasons)
    {
        string name = Path.GetFileName(folder);
        if (!File.Exists(Path.Combine(folder, $"{name}.dll")))
        {
            reasons.Add($"there is no {name}.dll in it: the main assembly has the name of the folder");
            return null;
        }

        string copy = PlugInFiles.Copy(folder);
        PlugInContext? context = null;
        string version = "unknown";
        int before = reasons.Count;
        try
        {
            string main = Path.Combine(copy, $"{name}.dll");
            context = new PlugInContext(name, main);
            Assembly assembly = context.LoadMain();
            version = VersionOf(assembly);
            foreach (string problem in ReferenceCheck.Find(context, assembly))
            {
                reasons.Add(problem);
            }

            if (reasons.Count == before && Register(assembly, reasons) is { } registry)
            {
                return new PlugIn(name, version, PlugInFiles.FingerprintOf(copy), copy, context, registry, leaving);
            }
        }
        catch (Exception failure)
        {
            reasons.Add($"cannot be loaded: {TextOf(failure)}");
        }

        if (context is not null)
        {
            leaving(new LeavingContext(name, version, new WeakReference(context)));
            context.Unload();
        }

        PlugInFiles.Delete(copy);
        return null;
    }

    private static FilterRegistry? Register(Assembly assembly, ICollection<string> reasons)
    {
        Type[] entries = [.. assembly.GetExportedTypes().Where(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IFilterPlugIn)))];
        if (entries.Length != 1)
        {
            reasons.Add(entries.Length == 0
                ? $"has no public class that implements {nameof(IFilterPlugIn)}"
                : $"has {entries.Length} classes that implement {nameof(IFilterPlugIn)} and may have one: {string.Join(", ", entries.Select(static type => type.FullName))}");
            return null;
        }

        if (entries[0].GetConstructor(Type.EmptyTypes) is null)
        {
            reasons.Add($"{entries[0].FullName} has no public constructor without parameters");
            return null;
        }

        FilterRegistry registry = new();
        try
        {
            ForeignCode.Run($"plug-in {assembly.GetName().Name}", RegisterLimit, () =>
            {
                ((IFilterPlugIn)Activator.CreateInstance(entries[0])!).Register(registry);
                return true;
            });
        }
        catch (TimeoutException failure)
        {
            // Its thread keeps the context in memory, which is told as one that does not go.
            reasons.Add($"{entries[0].FullName}: {failure.Message}, and it may only register");
            return null;
        }
        catch (Exception failure)
        {
            reasons.Add($"{entries[0].FullName} threw: {TextOf(failure)}");
            return null;
        }

        if (registry.Types.Count == 0 && registry.Parts.Count == 0)
        {
            reasons.Add($"{entries[0].FullName} registers nothing");
            return null;
        }

        return registry;
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";

    /// <summary>On one line; of an exception that only wraps another one, what that says.</summary>
    private static string TextOf(Exception failure)
    {
        Exception cause = failure is TargetInvocationException or TypeInitializationException && failure.InnerException is { } inner ? inner : failure;
        return $"{cause.GetType().Name}: {string.Join(' ', cause.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";
    }
}
