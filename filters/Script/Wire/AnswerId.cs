using System.Text.Json.Serialization;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>Of an answer what says to whom it belongs, whatever else is wrong with it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record AnswerId
{
    /// <summary>Number of the question.</summary>
    public required ulong Id { get; init; }
}
