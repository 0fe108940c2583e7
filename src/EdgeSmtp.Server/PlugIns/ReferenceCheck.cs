using System.Reflection;
using System.Runtime.Loader;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>Looks for everything that the assemblies of a plug-in refer to before any of its code runs: what is missing shall be found now, not by a session at night.</summary>
internal static class ReferenceCheck
{
    /// <summary>Loads what the plug-in brings, and finds what it does not.</summary>
    /// <param name="context">Its context.</param>
    /// <param name="main">Its main assembly.</param>
    /// <returns>Everything that is wrong.</returns>
    public static IReadOnlyList<string> Find(AssemblyLoadContext context, Assembly main)
    {
        SortedSet<string> wrong = new(StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase) { main.GetName().FullName };
        Queue<Assembly> open = new([main]);
        while (open.TryDequeue(out Assembly? assembly))
        {
            foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
            {
                if (seen.Add(reference.FullName) && Follow(context, assembly, reference, wrong) is { } found)
                {
                    open.Enqueue(found);
                }
            }
        }

        return [.. wrong];
    }

    private static Assembly? Follow(AssemblyLoadContext context, Assembly from, AssemblyName reference, SortedSet<string> wrong)
    {
        if (SharedAssemblies.ContractVersionOf(reference.Name!) is { } ours && ContractVersion.Judge(reference.Version!, ours) is { } mismatch)
        {
            wrong.Add($"{from.GetName().Name} {mismatch}");
            return null;
        }

        try
        {
            Assembly found = context.LoadFromAssemblyName(reference);
            return AssemblyLoadContext.GetLoadContext(found) == context ? found : null;
        }
        catch (Exception failure) when (failure is IOException or BadImageFormatException)
        {
            wrong.Add($"{from.GetName().Name} needs {reference.Name} {reference.Version}, which is neither beside it nor in the framework");
            return null;
        }
    }
}
