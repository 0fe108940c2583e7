using System.Reflection;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline;

/// <summary>Finds the reasons that a type of filter declares; the reference of reply reasons is made from them.</summary>
public static class FilterReasons
{
    /// <summary>The reasons in the <c>public static readonly</c> fields of a type and of the types it derives from.</summary>
    /// <param name="filterType">Type of a filter.</param>
    public static IReadOnlyList<FilterReason> Of(Type filterType)
    {
        ArgumentNullException.ThrowIfNull(filterType);
        return
        [
            .. filterType.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)
                .Where(static field => field.IsInitOnly && field.FieldType == typeof(FilterReason))
                .Select(static field => (FilterReason)field.GetValue(null)!)
                .OrderBy(static reason => reason.Token, StringComparer.Ordinal),
        ];
    }
}
