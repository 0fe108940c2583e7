using System.Text;
using System.Text.Json;

namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>
/// Reads one file: JSON with comments and trailing commas. Nodes keep their path and line, which the framework's configuration loses; a key that stands twice in
/// one section is an error, where the framework lets the last one win silently.
/// </summary>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="variables">Fills <c>${NAME}</c> in texts.</param>
internal sealed class JsonConfigReader(ConfigProblems problems, EnvironmentVariables variables)
{
    private const int DepthMax = 64;

    /// <summary>Parses a file's bytes.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="content">UTF-8, with or without byte order mark.</param>
    /// <returns>The root, or <c>null</c> when the text is not JSON or its root is no section.</returns>
    public ConfigObject? Read(string file, ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> json = content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
        Utf8JsonReader reader = new(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthMax });
        LineIndex lines = new(file, json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problems.Error(new SourceLocation(file, 1), string.Empty, "the file must hold one section in braces");
                return null;
            }

            ConfigObject root = (ConfigObject)ReadNode(ref reader, lines, string.Empty);
            reader.Read();
            return root;
        }
        catch (JsonException failure)
        {
            string reason = failure.Message.Split(" LineNumber:", 2)[0];
            problems.Error(new SourceLocation(file, (int)(failure.LineNumber ?? 0) + 1), string.Empty, $"not JSON: {reason}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // The reader gives this for a string whose bytes are not UTF-8 or whose escapes name half a character.
            problems.Error(lines.Find(reader.TokenStartIndex), string.Empty, "not JSON: a text is not valid UTF-8");
            return null;
        }
    }

    private ConfigNode ReadNode(ref Utf8JsonReader reader, LineIndex lines, string path)
    {
        SourceLocation location = lines.Find(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, lines, new ConfigObject(path, location));
            case JsonTokenType.StartArray:
                ConfigArray array = new(path, location);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Items.Add(ReadNode(ref reader, lines, array.Child(array.Items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))));
                }

                return array;
            case JsonTokenType.String:
                return ReadText(path, location, reader.GetString()!);
            case JsonTokenType.Null:
                return new ConfigScalar(path, location, ConfigScalarKind.Null, string.Empty);
            case JsonTokenType.Number:
                return new ConfigScalar(path, location, ConfigScalarKind.Number, Encoding.UTF8.GetString(reader.ValueSpan));
            default:
                return new ConfigScalar(path, location, ConfigScalarKind.Truth, reader.TokenType == JsonTokenType.True ? "true" : "false");
        }
    }

    private ConfigObject ReadObject(ref Utf8JsonReader reader, LineIndex lines, ConfigObject section)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            SourceLocation location = lines.Find(reader.TokenStartIndex);
            reader.Read();
            ConfigNode value = ReadNode(ref reader, lines, section.Child(key));
            if (!section.Members.TryAdd(key, value))
            {
                problems.Error(location, section.Child(key), $"stands twice; first in line {section.Members[key].Location.Line}");
            }
        }

        return section;
    }

    private ConfigScalar ReadText(string path, SourceLocation location, string raw)
    {
        string text = variables.Expand(raw, out string? missing);
        if (missing is not null)
        {
            problems.Error(location, path, $"the environment has no variable '{missing}'");
        }

        return new ConfigScalar(path, location, ConfigScalarKind.Text, text);
    }
}
