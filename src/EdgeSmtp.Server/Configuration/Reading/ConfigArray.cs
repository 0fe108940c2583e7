using System.Text.Json;

namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>A list.</summary>
/// <param name="path">The way to it.</param>
/// <param name="location">Where it stands.</param>
internal sealed class ConfigArray(string path, SourceLocation location) : ConfigNode(path, location)
{
    /// <summary>The elements.</summary>
    public List<ConfigNode> Items { get; } = [];

    /// <inheritdoc />
    public override string Kind => "a list";

    /// <inheritdoc />
    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (ConfigNode item in Items)
        {
            item.WriteTo(json);
        }

        json.WriteEndArray();
    }
}
