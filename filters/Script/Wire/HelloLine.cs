using System.Text.Json.Serialization;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>The first line of a child as it stands there.</summary>
/// <remarks>What may be left out has a setter: the reader would put its own default into one that can only be initialised.</remarks>
internal sealed record HelloLine
{
    /// <summary>Version of the protocol.</summary>
    [JsonPropertyName("edgesmtp")]
    public required int Version { get; init; }

    /// <summary>Where it wants to be asked.</summary>
    public required IReadOnlyList<string> Stages { get; init; }

    /// <summary>Questions that it takes at once; it may then answer them in any order.</summary>
    public int Concurrency { get; set; } = 1;
}
