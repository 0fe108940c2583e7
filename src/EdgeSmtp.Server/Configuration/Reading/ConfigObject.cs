using System.Globalization;
using System.Text.Json;

namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>A section: keys and values in the order in which they were written.</summary>
/// <param name="path">The way to it.</param>
/// <param name="location">Where it stands.</param>
internal sealed class ConfigObject(string path, SourceLocation location) : ConfigNode(path, location)
{
    /// <summary>The members. Keys are compared with case.</summary>
    public OrderedDictionary<string, ConfigNode> Members { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public override string Kind => "a section";

    /// <inheritdoc />
    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach ((string key, ConfigNode value) in Members)
        {
            json.WritePropertyName(key);
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    /// <summary>The node at the end of a path, or the nearest one on the way to it that was written: where a message about it points.</summary>
    /// <param name="path">Keys from here.</param>
    public ConfigNode Nearest(params ReadOnlySpan<string> path)
    {
        ConfigNode found = this;
        foreach (string key in path)
        {
            ConfigNode? next = found switch
            {
                ConfigObject section => section.Members.GetValueOrDefault(key),
                ConfigArray list when int.TryParse(key, CultureInfo.InvariantCulture, out int index) && index < list.Items.Count => list.Items[index],
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            found = next;
        }

        return found;
    }

    /// <summary>A copy without some keys: what is left for the next binder.</summary>
    /// <param name="keys">Keys to leave out.</param>
    public ConfigObject Without(IEnumerable<string> keys)
    {
        HashSet<string> stripped = new(keys, StringComparer.Ordinal);
        return Select(key => !stripped.Contains(key));
    }

    /// <summary>A copy with only some keys.</summary>
    /// <param name="keys">Keys to keep.</param>
    public ConfigObject Only(IEnumerable<string> keys)
    {
        HashSet<string> kept = new(keys, StringComparer.Ordinal);
        return Select(kept.Contains);
    }

    /// <summary>A copy in which the members of another section replace those of the same key.</summary>
    /// <param name="overrides">Wins.</param>
    public ConfigObject With(ConfigObject overrides)
    {
        ConfigObject copy = Select(static _ => true);
        foreach ((string key, ConfigNode value) in overrides.Members)
        {
            copy.Members[key] = value;
        }

        return copy;
    }

    private ConfigObject Select(Func<string, bool> keep)
    {
        ConfigObject copy = new(Path, Location);
        foreach ((string key, ConfigNode value) in Members)
        {
            if (keep(key))
            {
                copy.Members.Add(key, value);
            }
        }

        return copy;
    }
}
