using System.Reflection;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Metrics;

/// <summary>All series that the program declares: static fields and properties of the classes named <c>…Metrics</c>.</summary>
internal static class MetricCatalog
{
    /// <summary>All declarations by name.</summary>
    /// <exception cref="InvalidOperationException">Two declare one name.</exception>
    public static IReadOnlyList<MetricDeclaration> Find()
    {
        SortedDictionary<string, MetricDeclaration> found = new(StringComparer.Ordinal);
        foreach (Type type in ProductAssemblies.All.SelectMany(static assembly => assembly.GetTypes()).Where(static type => type.Name.EndsWith("Metrics", StringComparison.Ordinal)))
        {
            foreach (MetricDeclaration declaration in DeclaredBy(type))
            {
                if (!found.TryAdd(declaration.Name, declaration))
                {
                    throw new InvalidOperationException($"{declaration.Name} is declared twice.");
                }
            }
        }

        return [.. found.Values];
    }

    private static IEnumerable<MetricDeclaration> DeclaredBy(Type type)
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        // The field behind a static property is found as a field, too.
        return type.GetFields(Statics).Where(static field => field.FieldType == typeof(MetricDeclaration)).Select(static field => (MetricDeclaration)field.GetValue(null)!);
    }
}
