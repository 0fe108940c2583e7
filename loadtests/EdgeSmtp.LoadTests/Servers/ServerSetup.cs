using System.Text.Json.Nodes;

namespace EdgeSmtp.LoadTests.Servers;

/// <summary>What servers a scenario starts when no target is named.</summary>
internal sealed record ServerSetup
{
    /// <summary>Nodes. Default 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Whether Postfix's smtp-sink runs as the next hop. Default no.</summary>
    public bool NextHop { get; init; }

    /// <summary>Scanners that run beside the server. Default none.</summary>
    public IReadOnlyList<ScannerKind> Scanners { get; init; } = [];

    /// <summary>Rules of access for the listener, as lines of tcprules; <c>null</c> for none.</summary>
    public string? AccessRules { get; init; }

    /// <summary>What the scenario changes in load.json, whose placeholders are not filled in yet; <c>null</c> for nothing.</summary>
    public Action<JsonObject>? Configure { get; init; }
}
