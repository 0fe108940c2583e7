using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>The built program with the filter before clamds, and clients of it.</summary>
internal static class ClamdEdge
{
    public const string Recipient = "user@example.test";

    public static Task<EdgeServer> StartAsync(IEnumerable<string> servers, Action<EdgeSettings, JsonObject>? change = null) => EdgeServer.StartAsync(settings =>
    {
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "clamav");
        JsonObject filter = new() { ["Type"] = "ClamAv", ["Servers"] = new JsonArray([.. servers.Select(static server => JsonValue.Create(server))]) };
        settings.Section("Filters")["clamav"] = filter;
        change?.Invoke(settings, filter);
    });

    public static async Task<SmtpReply> SendAsync(EdgeServer edge, byte[] message, string? from = null)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort, from);
        return await client.TransactionAsync("s@client.test", Recipient, message);
    }
}
