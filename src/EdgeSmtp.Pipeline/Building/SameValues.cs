using System.Collections;
using System.Reflection;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>
/// Compares what two configuration sections were bound to, value by value. Not left to <c>Equals</c>: options are ordinary classes, and a record with a list in it is
/// never equal to another. A wrong "different" costs a new instance; a wrong "same" would ignore a change, so what cannot be looked into is different.
/// </summary>
internal static class SameValues
{
    private const int DepthMax = 16;

    public static bool Same(object? a, object? b) => Same(a, b, 0);

    private static bool Same(object? a, object? b, int depth)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        if (ReferenceEquals(a, b))
        {
            return true;
        }

        Type type = a.GetType();
        if (type != b.GetType() || depth > DepthMax)
        {
            return false;
        }

        if (a is string || type.IsPrimitive || type.IsEnum)
        {
            return a.Equals(b);
        }

        if (a is IEnumerable items)
        {
            return SameItems(items, (IEnumerable)b, depth);
        }

        // Its own equality would ask the value for its own.
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
        {
            return SameProperties(type, a, b, depth);
        }

        // Values of the framework (TimeSpan, Uri, IPAddress, Guid) know their own equality; a delegate or stream is the same only as itself.
        return type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true ? a.Equals(b) : SameProperties(type, a, b, depth);
    }

    private static bool SameItems(IEnumerable a, IEnumerable b, int depth)
    {
        IEnumerator second = b.GetEnumerator();
        foreach (object? item in a)
        {
            if (!second.MoveNext() || !Same(item, second.Current, depth + 1))
            {
                return false;
            }
        }

        return !second.MoveNext();
    }

    private static bool SameProperties(Type type, object a, object b, int depth)
    {
        PropertyInfo[] properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return properties.Length == 0
            ? type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Length == 0
            : Array.TrueForAll(properties, property => property.GetIndexParameters().Length > 0 || (property.CanRead && Same(property.GetValue(a), property.GetValue(b), depth + 1)));
    }
}
