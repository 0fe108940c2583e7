using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Documentation;

/// <summary>Walks option classes and tells what each option is.</summary>
/// <param name="summaries">The text.</param>
internal sealed class OptionCatalog(XmlSummaries summaries)
{
    /// <summary>The options of a type and of the sections in it.</summary>
    /// <param name="type">A class of options.</param>
    /// <param name="path">The way to its section; empty for the root.</param>
    public IEnumerable<OptionDescription> Describe(Type type, string path)
    {
        object defaults = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in OptionProperties.Of(type))
        {
            Type form = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            string own = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            bool isSection = SectionOf(form) is not null;
            yield return new OptionDescription(
                own, property, FormOf(form), RangeOf(property), isSection ? string.Empty : TextOf(property.GetValue(defaults)), OptionProperties.IsRequired(property), summaries.Of(property));
            if (SectionOf(form) is { } section)
            {
                string inner = OptionProperties.ValueOf(form) is null ? own : $"{own}:NAME";
                foreach (OptionDescription option in Describe(section, inner))
                {
                    yield return option;
                }
            }
        }
    }

    /// <summary>The class of options within a type: the type itself, or the elements or values of a collection. <c>null</c> for a single value.</summary>
    /// <param name="type">Type of a property.</param>
    public static Type? SectionOf(Type type)
    {
        Type inner = OptionProperties.ValueOf(type) ?? OptionProperties.ElementOf(type) ?? type;
        bool single = ScalarValues.Knows(inner) || OptionProperties.PartOf(inner) is not null || inner.IsAssignableTo(typeof(IConfigValue)) || inner.IsAssignableTo(typeof(ConfigNode)) || inner == typeof(NetworkSet);
        return single || OptionProperties.ValueOf(inner) is not null || OptionProperties.ElementOf(inner) is not null ? null : inner;
    }

    /// <summary>The part of a filter within a type: the type itself, or the elements or values of a collection. <c>null</c> when there is none.</summary>
    /// <param name="type">Type of a property.</param>
    public static Type? PartOf(Type type) => OptionProperties.PartOf(OptionProperties.ValueOf(type) ?? OptionProperties.ElementOf(type) ?? type);

    /// <summary>What may stand there, in words.</summary>
    /// <param name="type">Type of a property, not nullable.</param>
    public static string FormOf(Type type)
    {
        if (type.IsAssignableTo(typeof(IConfigValue)))
        {
            return ((IConfigValue)Activator.CreateInstance(type)!).Expected;
        }

        if (OptionProperties.PartOf(type) is not null)
        {
            return "section with `Type`";
        }

        if (type == typeof(NetworkSet))
        {
            return $"list: {ScalarValues.Expected(typeof(IPNetwork))}";
        }

        if (OptionProperties.ValueOf(type) is { } value)
        {
            if (OptionProperties.PartOf(value) is not null)
            {
                return "map of names to sections with `Type`";
            }

            return SectionOf(value) is null ? $"map of names to {FormOf(value)}" : "map of names to sections";
        }

        if (OptionProperties.ElementOf(type) is { } element)
        {
            return $"list: {FormOf(element)}";
        }

        return ScalarValues.Knows(type) ? ScalarValues.Expected(type) : "section";
    }

    private static string RangeOf(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}")
        : string.Empty;

    private static string TextOf(object? value) => value switch
    {
        null => string.Empty,
        string text => text,
        bool truth => truth ? "true" : "false",
        NetworkSet set => TextOf(set.Networks),
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(TextOf)),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };
}
