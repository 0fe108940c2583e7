using System.Reflection;
using System.Text.Json.Nodes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Documentation;

/// <summary>The JSON schema of a whole configuration file: each filter by its type.</summary>
internal static class ConfigurationSchema
{
    /// <summary>The schema.</summary>
    /// <param name="registry">The types of filters.</param>
    public static JsonObject Create(FilterRegistry registry)
    {
        IEnumerable<Assembly> plugIns = registry.Types.Values.Select(static type => type.OptionsType.Assembly);
        JsonSchema schema = new(new XmlSummaries(ProductAssemblies.All.Union(plugIns)), registry);
        JsonObject root = schema.Section(typeof(ServerOptions));
        JsonObject properties = (JsonObject)root["properties"]!;
        properties[ConfigFiles.SchemaKey] = new JsonObject { ["type"] = "string" };
        properties[ConfigFiles.IncludeKey] = new JsonObject
        {
            ["description"] = "Further files, relative to this one.",
            ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }),
        };
        properties[nameof(ServerOptions.Filters)] = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["oneOf"] = new JsonArray([Group(), .. registry.Types.Values.Select(type => Filter(type, schema))]) },
        };
        JsonObject result = new() { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "EdgeSmtp" };
        foreach ((string key, JsonNode? value) in root.ToArray())
        {
            root.Remove(key);
            result[key] = value;
        }

        return result;
    }

    private static JsonObject Group() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("Type", "Members"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["Type"] = new JsonObject { ["const"] = "Group" },
            ["Members"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        },
    };

    private static JsonObject Filter(FilterRegistration type, JsonSchema schema)
    {
        JsonObject filter = schema.TypedSection(type.Type, type.OptionsType);
        JsonObject properties = (JsonObject)filter["properties"]!;
        foreach ((string key, JsonNode? value) in (JsonObject)schema.Section(typeof(DriverOptions))["properties"]!)
        {
            properties[key] = value!.DeepClone();
        }

        return filter;
    }
}
