using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>
/// The JSON of lines. What we do not know is a fault and not left out: a misspelt <c>verdict</c> would otherwise let mail pass.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(HelloLine))]
[JsonSerializable(typeof(AnswerLine))]
[JsonSerializable(typeof(AnswerId))]
internal sealed partial class ScriptJson : JsonSerializerContext
{
    private const int PlaceCharsMax = 60;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="type">What it is to be.</param>
    /// <param name="what">What it is called when it is not that.</param>
    /// <exception cref="ScriptException">It is something else.</exception>
    public static T Read<T>(in ReadOnlySequence<byte> line, JsonTypeInfo<T> type, string what)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            T? read = JsonSerializer.Deserialize(ref reader, type);
            return read is not null && !reader.Read() ? read : throw new ScriptException($"{what} is no object");
        }
        catch (JsonException fault)
        {
            // Names of members come from it, and stand in the log.
            string place = fault.Path is { Length: > 0 and <= PlaceCharsMax } path && !path.Any(char.IsControl) ? $" at {path}" : string.Empty;
            throw new ScriptException($"{what} is not what it should be{place}", fault);
        }
    }
}
