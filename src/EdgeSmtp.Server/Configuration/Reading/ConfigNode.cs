namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>One value of the configuration, with the way to it and the line it stands on.</summary>
/// <param name="path">Keys joined by colons; array elements as numbers. Empty for the root.</param>
/// <param name="location">Where it stands.</param>
internal abstract class ConfigNode(string path, SourceLocation location)
{
    /// <summary>Keys from the root, joined by colons: <c>Filters:zen:Zone</c>. Colons, because domain names are keys and have dots.</summary>
    public string Path { get; } = path;

    /// <summary>Where it stands.</summary>
    public SourceLocation Location { get; } = location;

    /// <summary>What it is, for messages: <c>a text</c>, <c>a list</c> and so on.</summary>
    public abstract string Kind { get; }

    /// <summary>Writes the value as compact JSON without its place, so that equal sections give equal texts.</summary>
    /// <param name="json">Takes it.</param>
    public abstract void WriteTo(System.Text.Json.Utf8JsonWriter json);

    /// <summary>The path of a member of this node.</summary>
    /// <param name="key">Its key.</param>
    public string Child(string key) => Path.Length == 0 ? key : $"{Path}:{key}";

    /// <summary>The value as compact JSON.</summary>
    public override string ToString()
    {
        using MemoryStream stream = new();
        using (System.Text.Json.Utf8JsonWriter json = new(stream))
        {
            WriteTo(json);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
