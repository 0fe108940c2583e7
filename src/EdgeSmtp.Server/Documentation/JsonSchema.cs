using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Documentation;

/// <summary>Makes the JSON schema of option classes, for editors: completion, descriptions, and the same refusals as the binder's where schema can say them.</summary>
/// <param name="summaries">The text.</param>
/// <param name="registry">The kinds of parts that sections can name by <c>Type</c>; <c>null</c> for none.</param>
internal sealed class JsonSchema(XmlSummaries summaries, FilterRegistry? registry = null)
{
    /// <summary>The schema of a class of options.</summary>
    /// <param name="type">The class.</param>
    public JsonObject Section(Type type)
    {
        JsonObject properties = [];
        JsonArray required = [];
        NullabilityInfoContext nullability = new();
        foreach (PropertyInfo property in OptionProperties.Of(type))
        {
            JsonNode schema = Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property);
            if (schema is JsonObject described && nullability.Create(property).WriteState == NullabilityState.Nullable && described["type"] is JsonValue name)
            {
                described["type"] = new JsonArray(name.DeepClone(), "null");
            }

            properties[property.Name] = schema;
            if (OptionProperties.IsRequired(property))
            {
                required.Add(property.Name);
            }
        }

        JsonObject section = new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
        {
            section["required"] = required;
        }

        return section;
    }

    /// <summary>The schema of a class of options in a section whose <c>Type</c> chose it.</summary>
    /// <param name="type">What <c>Type</c> says.</param>
    /// <param name="options">The class.</param>
    public JsonObject TypedSection(string type, Type options)
    {
        JsonObject section = Section(options);
        ((JsonObject)section["properties"]!)["Type"] = new JsonObject { ["const"] = type };
        JsonArray required = section["required"] as JsonArray ?? [];
        required.Add("Type");
        section["required"] = required;
        return section;
    }

    private JsonNode Value(Type type, PropertyInfo? property)
    {
        JsonNode schema = Form(type);
        if (schema is not JsonObject described || property is null)
        {
            return schema;
        }

        if (summaries.Of(property) is { Length: > 0 } summary)
        {
            described["description"] = summary;
        }

        if (ScalarValues.IsNumber(type) && property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            described["minimum"] = JsonValue.Create(Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture));
            described["maximum"] = JsonValue.Create(Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture));
        }

        return described;
    }

    private JsonNode Form(Type declared)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsAssignableTo(typeof(IConfigValue)))
        {
            return ((IConfigValue)Activator.CreateInstance(type)!).Schema;
        }

        if (type.IsAssignableTo(typeof(ConfigNode)))
        {
            return new JsonObject();
        }

        if (OptionProperties.PartOf(type) is { } part)
        {
            return new JsonObject { ["oneOf"] = new JsonArray([.. OptionProperties.PartsOf(part, registry).Select(kind => TypedSection(kind.Type, kind.OptionsType))]) };
        }

        if (type == typeof(NetworkSet))
        {
            return new JsonObject { ["type"] = "array", ["items"] = Form(typeof(IPNetwork)) };
        }

        if (OptionProperties.ValueOf(type) is { } value)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Form(value) };
        }

        if (OptionProperties.ElementOf(type) is { } element)
        {
            return new JsonObject { ["type"] = "array", ["items"] = Form(element) };
        }

        return ScalarValues.Knows(type) ? Scalar(type) : Section(type);
    }

    private static JsonObject Scalar(Type type)
    {
        if (type.IsEnum)
        {
            // The binder takes names in any case; the schema offers one spelling and lets the others pass.
            JsonObject offered = new() { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(static name => JsonValue.Create(name))]) };
            JsonObject others = new() { ["type"] = "string", ["pattern"] = $"^({string.Join('|', Enum.GetNames(type).Select(AnyCase))})$" };
            return new JsonObject { ["anyOf"] = new JsonArray(offered, others) };
        }

        if (type == typeof(TimeSpan))
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = @"^(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?$|\$\{" };
        }

        string name = type == typeof(bool) ? "boolean" : ScalarValues.IsWhole(type) ? "integer" : ScalarValues.IsNumber(type) ? "number" : "string";
        return new JsonObject { ["type"] = name };
    }

    private static string AnyCase(string name) => string.Concat(name.Select(static c => char.IsLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : c.ToString()));
}
