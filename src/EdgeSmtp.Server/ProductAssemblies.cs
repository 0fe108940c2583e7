using System.Reflection;

namespace EdgeSmtp.Server;

/// <summary>The assemblies of the product, for what is generated from declarations.</summary>
internal static class ProductAssemblies
{
    /// <summary>The program and everything of ours that it refers to, directly or not.</summary>
    public static IReadOnlyList<Assembly> All { get; } = Collect();

    private static List<Assembly> Collect()
    {
        List<Assembly> found = [typeof(ProductAssemblies).Assembly];
        for (int i = 0; i < found.Count; i++)
        {
            foreach (AssemblyName name in found[i].GetReferencedAssemblies().OrderBy(static name => name.Name, StringComparer.Ordinal))
            {
                if (name.Name!.StartsWith("EdgeSmtp.", StringComparison.Ordinal) && !found.Exists(known => known.GetName().Name == name.Name))
                {
                    found.Add(Assembly.Load(name));
                }
            }
        }

        return found;
    }
}
