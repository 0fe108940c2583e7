using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>An option whose form JSON does not decide alone, such as a list or one word. Has a constructor without parameters.</summary>
internal interface IConfigValue
{
    /// <summary>The JSON schema of the form.</summary>
    System.Text.Json.Nodes.JsonNode Schema { get; }

    /// <summary>What may stand there, for the reference.</summary>
    string Expected { get; }

    /// <summary>Reads the value.</summary>
    /// <param name="node">What stands there; not <c>null</c>.</param>
    /// <returns><c>null</c>, or what is wrong.</returns>
    string? TryRead(ConfigNode node);
}
