using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Delivery;
using EdgeSmtp.Queue;

namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>Which properties of a type are options. One answer for the binder, the schema and the reference, so that they cannot differ.</summary>
internal static class OptionProperties
{
    /// <summary>Public properties that can be set, those of its own before inherited ones, in the order in which they are declared.</summary>
    /// <param name="type">A type of options.</param>
    public static IReadOnlyList<PropertyInfo> Of(Type type)
    {
        List<PropertyInfo> found = [];
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(property => Generations(type, property.DeclaringType!)).ThenBy(static property => property.MetadataToken))
        {
            if (property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !Composed.Contains((property.DeclaringType!, property.Name)))
            {
                found.Add(property);
            }
        }

        return found;
    }

    /// <summary>Whether the section must give it.</summary>
    /// <param name="property">An option.</param>
    public static bool IsRequired(PropertyInfo property) =>
        property.IsDefined(typeof(RequiredMemberAttribute)) || property.IsDefined(typeof(RequiredAttribute));

    /// <summary>The type of the elements of a list, or <c>null</c> when the type is no list.</summary>
    /// <param name="type">Any type.</param>
    public static Type? ElementOf(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        return type.IsGenericType && ListTypes.Contains(type.GetGenericTypeDefinition()) ? type.GetGenericArguments()[0] : null;
    }

    /// <summary>The type of the values of a map with text keys, or <c>null</c> when the type is no such map.</summary>
    /// <param name="type">Any type.</param>
    public static Type? ValueOf(Type type) =>
        type.IsGenericType && MapTypes.Contains(type.GetGenericTypeDefinition()) && type.GetGenericArguments()[0] == typeof(string)
            ? type.GetGenericArguments()[1]
            : null;

    /// <summary>What the part of a filter is, when the type is a <see cref="FilterPart{TPart}"/>: a section that chooses its options by <c>Type</c>. <c>null</c> otherwise.</summary>
    /// <param name="type">Any type.</param>
    public static Type? PartOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(FilterPart<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The kinds of one part, by name.</summary>
    /// <param name="part">What the part is to its filter.</param>
    /// <param name="registry">The kinds there are.</param>
    public static IEnumerable<FilterPartRegistration> PartsOf(Type part, FilterRegistry? registry) =>
        (registry?.Parts ?? []).Where(registration => registration.PartType == part).OrderBy(static registration => registration.Type, StringComparer.Ordinal);

    /// <summary>Properties that the composition fills from options elsewhere in the file.</summary>
    private static readonly HashSet<(Type Type, string Name)> Composed =
    [
        (typeof(QueueOptions), nameof(QueueOptions.Directory)),
        (typeof(DeliveryOptions), nameof(DeliveryOptions.Hostname)),
        (typeof(DeliveryOptions), nameof(DeliveryOptions.Postmaster)),
        (typeof(DeliveryOptions), nameof(DeliveryOptions.DataDirectory)),
        (typeof(DeliveryOptions), nameof(DeliveryOptions.OwnNames)),
        (typeof(DeliveryOptions), nameof(DeliveryOptions.DefaultRoute)),
        (typeof(DeliveryOptions), nameof(DeliveryOptions.BounceRoute)),
    ];

    private static readonly HashSet<Type> ListTypes =
    [
        typeof(List<>), typeof(IList<>), typeof(IReadOnlyList<>), typeof(ICollection<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>),
        typeof(HashSet<>), typeof(ISet<>), typeof(IReadOnlySet<>),
    ];

    private static readonly HashSet<Type> MapTypes = [typeof(Dictionary<,>), typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>)];

    /// <summary>How far up a type is inherited from: what is its own comes first, and no change elsewhere moves it.</summary>
    private static int Generations(Type type, Type ancestor)
    {
        int generations = 0;
        for (Type? at = type; at is not null && at != ancestor; at = at.BaseType)
        {
            generations++;
        }

        return generations;
    }
}
