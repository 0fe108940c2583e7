using System.Text.Json.Nodes;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>Filters that ask scanners, as scenarios configure them.</summary>
internal static class Scanners
{
    /// <summary>Every message is scanned for viruses; while the scanner is away, messages are deferred.</summary>
    public static void AddVirusScan(JsonObject root) => Add(root, "virus", new JsonObject
    {
        ["Type"] = "ClamAv",
        ["Servers"] = new JsonArray("127.0.0.1:{clamd_port}"),
        ["OnFailure"] = "Defer",
    });

    /// <summary>Every message is scored for spam; none is refused, so that all of them reach the queue.</summary>
    public static void AddSpamScan(JsonObject root) => Add(root, "spam", new JsonObject
    {
        ["Type"] = "SpamAssassin",
        ["Servers"] = new JsonArray("127.0.0.1:{spamd_port}"),
        ["Tag"] = 5,
    });

    private static void Add(JsonObject root, string name, JsonObject filter)
    {
        root["FilterOrder"]!.AsArray().Add(name);
        root["Filters"]![name] = filter;
    }
}
