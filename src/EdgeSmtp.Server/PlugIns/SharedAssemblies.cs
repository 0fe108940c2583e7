using System.Reflection;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>
/// The assemblies that plug-ins share with the server: Abstractions and everything that its surface can show, so that a session is the same type on both sides. All others
/// are a plug-in's own, in the version that it was built with.
/// </summary>
internal static class SharedAssemblies
{
    private static readonly Dictionary<string, Version> Versions = Closure(typeof(IFilterPlugIn).Assembly);

    /// <summary>Whether plug-ins get the server's copy.</summary>
    /// <param name="name">Simple name of an assembly.</param>
    public static bool Contains(string name) => Versions.ContainsKey(name);

    /// <summary>The version of the contract that an assembly of ours among them stands for.</summary>
    /// <param name="name">Simple name of an assembly.</param>
    /// <returns><c>null</c> for an assembly that is not ours, or not shared.</returns>
    public static Version? ContractVersionOf(string name) => IsOurs(name) ? Versions.GetValueOrDefault(name) : null;

    /// <summary>Whether an assembly belongs to the product.</summary>
    /// <param name="name">Simple name of an assembly.</param>
    public static bool IsOurs(string name) => name.StartsWith("EdgeSmtp.", StringComparison.OrdinalIgnoreCase) || name.Equals("edgesmtp", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, Version> Closure(Assembly root)
    {
        Dictionary<string, Version> found = new(StringComparer.OrdinalIgnoreCase);
        Stack<Assembly> open = new([root]);
        while (open.TryPop(out Assembly? assembly))
        {
            AssemblyName name = assembly.GetName();
            if (found.TryAdd(name.Name!, name.Version!))
            {
                foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
                {
                    open.Push(Assembly.Load(reference));
                }
            }
        }

        return found;
    }
}
