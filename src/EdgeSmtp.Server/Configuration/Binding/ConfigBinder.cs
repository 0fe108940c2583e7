using System.Collections;
using System.Reflection;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>
/// Binds sections to options by plain reflection. Nothing is kept in static fields, so that the options of a plug-in can be unloaded; nothing is thrown for what
/// an operator wrote: every fault is collected with its place.
/// </summary>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="registry">The kinds of parts that sections can name by <c>Type</c>; <c>null</c> for none.</param>
internal sealed class ConfigBinder(ConfigProblems problems, FilterRegistry? registry = null)
{
    private const string TypeKey = "Type";

    private readonly OptionChecks _checks = new(problems);
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>Binds a section.</summary>
    /// <typeparam name="T">Type of options.</typeparam>
    /// <param name="section">The section.</param>
    public T Bind<T>(ConfigObject section)
        where T : class => (T)Bind(typeof(T), section);

    /// <summary>Binds a section.</summary>
    /// <param name="type">A class with a public constructor without parameters.</param>
    /// <param name="section">The section.</param>
    /// <returns>The options; valid only when no problem was added.</returns>
    public object Bind(Type type, ConfigObject section)
    {
        object instance = Activator.CreateInstance(type)!;
        IReadOnlyList<PropertyInfo> properties = OptionProperties.Of(type);
        bool allBound = ReportUnknownKeys(section, properties);
        foreach (PropertyInfo property in properties)
        {
            allBound &= BindProperty(instance, property, section);
        }

        if (allBound)
        {
            _checks.CheckWhole(instance, section);
        }

        return instance;
    }

    private bool ReportUnknownKeys(ConfigObject section, IReadOnlyList<PropertyInfo> properties)
    {
        bool known = true;
        foreach ((string key, ConfigNode node) in section.Members)
        {
            if (!properties.Any(property => property.Name == key))
            {
                problems.Error(node, $"unknown option{Suggestion.For(key, properties.Select(static property => property.Name))}");
                known = false;
            }
        }

        return known;
    }

    private bool BindProperty(object instance, PropertyInfo property, ConfigObject section)
    {
        if (!section.Members.TryGetValue(property.Name, out ConfigNode? node))
        {
            if (OptionProperties.IsRequired(property))
            {
                problems.Error(section.Location, section.Child(property.Name), "is required");
                return false;
            }

            return true;
        }

        bool isNull = node is ConfigScalar { Scalar: ConfigScalarKind.Null };
        if (isNull && _nullability.Create(property).WriteState != NullabilityState.Nullable)
        {
            problems.Error(node, "may not be null");
            return false;
        }

        object? value = null;
        if (!isNull && !TryConvert(property.PropertyType, node, out value))
        {
            return false;
        }

        property.SetValue(instance, value);
        _checks.CheckProperty(instance, property, node, node.Path);
        return true;
    }

    private bool TryConvert(Type declared, ConfigNode node, out object? value)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsInstanceOfType(node))
        {
            value = node;
            return true;
        }

        if (type.IsAssignableTo(typeof(IConfigValue)))
        {
            return TryOwnForm(type, node, out value);
        }

        if (OptionProperties.PartOf(type) is { } part)
        {
            return TryPart(part, node, out value);
        }

        if (type == typeof(NetworkSet))
        {
            bool isSet = TryList(typeof(IReadOnlyList<System.Net.IPNetwork>), typeof(System.Net.IPNetwork), node, out object? networks);
            value = isSet ? new NetworkSet((IEnumerable<System.Net.IPNetwork>)networks!) : null;
            return isSet;
        }

        if (OptionProperties.ValueOf(type) is { } valueType)
        {
            return TryMap(valueType, node, out value);
        }

        return OptionProperties.ElementOf(type) is { } element ? TryList(type, element, node, out value) : TrySingle(type, node, out value);
    }

    private bool TrySingle(Type type, ConfigNode node, out object? value)
    {
        if (ScalarValues.Knows(type))
        {
            value = null;
            string expected = ScalarValues.Expected(type);
            if (node is ConfigScalar { Scalar: not ConfigScalarKind.Null } scalar && ScalarValues.TryConvert(type, scalar, out value, out expected))
            {
                return true;
            }

            string given = node is ConfigScalar { Scalar: not ConfigScalarKind.Null } wrong ? $"'{wrong.Text}'" : node.Kind;
            problems.Error(node, $"must be {expected}, not {given}");
            return false;
        }

        if (node is ConfigObject section)
        {
            value = Bind(type, section);
            return true;
        }

        value = null;
        problems.Error(node, $"must be a section, not {node.Kind}");
        return false;
    }

    private bool TryOwnForm(Type type, ConfigNode node, out object? value)
    {
        IConfigValue form = (IConfigValue)Activator.CreateInstance(type)!;
        value = form;
        if (form.TryRead(node) is not { } failure)
        {
            return true;
        }

        problems.Error(node, failure);
        return false;
    }

    private bool TryPart(Type part, ConfigNode node, out object? value)
    {
        value = null;
        string[] known = [.. OptionProperties.PartsOf(part, registry).Select(static registration => registration.Type)];
        if (node is not ConfigObject section)
        {
            problems.Error(node, $"must be a section with Type, not {node.Kind}");
            return false;
        }

        if (section.Members.GetValueOrDefault(TypeKey) is not ConfigScalar { Scalar: ConfigScalarKind.Text, Text: var type })
        {
            problems.Error(section, $"needs Type, one of {string.Join(", ", known)}");
            return false;
        }

        if (registry?.FindPart(part, type) is not { } registration)
        {
            problems.Error(section.Members[TypeKey], $"there is no type '{type}' here{Suggestion.For(type, known)}");
            return false;
        }

        value = registration.Bind(Bind(registration.OptionsType, section.Without([TypeKey])));
        return true;
    }

    private bool TryList(Type type, Type element, ConfigNode node, out object? value)
    {
        value = null;
        if (node is not ConfigArray and not ConfigScalar { Scalar: not ConfigScalarKind.Null })
        {
            problems.Error(node, $"must be a list, not {node.Kind}");
            return false;
        }

        // A single value may stand for a list of one.
        IReadOnlyList<ConfigNode> items = node is ConfigArray array ? array.Items : [node];
        bool allBound = true;
        IList list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        foreach (ConfigNode item in items)
        {
            if (TryConvert(element, item, out object? converted))
            {
                list.Add(converted);
            }
            else
            {
                allBound = false;
            }
        }

        value = list;
        if (type.IsArray)
        {
            Array copy = Array.CreateInstance(element, list.Count);
            list.CopyTo(copy, 0);
            value = copy;
        }
        else if (!type.IsInstanceOfType(list))
        {
            value = Activator.CreateInstance(typeof(HashSet<>).MakeGenericType(element), list);
        }

        return allBound;
    }

    private bool TryMap(Type valueType, ConfigNode node, out object? value)
    {
        value = null;
        if (node is not ConfigObject section)
        {
            problems.Error(node, $"must be a section, not {node.Kind}");
            return false;
        }

        bool allBound = true;
        IDictionary map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType), StringComparer.Ordinal)!;
        foreach ((string key, ConfigNode item) in section.Members)
        {
            if (TryConvert(valueType, item, out object? converted))
            {
                map.Add(key, converted);
            }
            else
            {
                allBound = false;
            }
        }

        value = map;
        return allBound;
    }
}
