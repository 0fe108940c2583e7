using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>What tests of content scanners behind a running server have in common.</summary>
internal static class ScannedEdge
{
    /// <summary>An edge with these filters alone, in this order.</summary>
    public static Task<EdgeServer> StartAsync(params (string Name, JsonObject Options)[] filters) => StartAsync(static _ => { }, filters);

    /// <summary>The same with further settings.</summary>
    public static Task<EdgeServer> StartAsync(Action<EdgeSettings> change, params (string Name, JsonObject Options)[] filters) => EdgeServer.StartAsync(settings =>
    {
        // What is refused again and again is what the tests are about.
        settings.Section("Listeners", "mx", "Smtp")["ErrorsMax"] = 1_000;
        settings.Root["Filters"] = new JsonObject(filters.Select(static filter => KeyValuePair.Create(filter.Name, (JsonNode?)filter.Options)));
        settings.Root["FilterOrder"] = new JsonArray([.. filters.Where(filter => !filters.Any(other => IsMember(other.Options, filter.Name))).Select(static filter => (JsonNode)filter.Name)]);
        change(settings);
    });

    public static byte[] Mail(string token, string text) => Encoding.ASCII.GetBytes(
        $"From: Alice <alice@client.test>\r\nTo: user@example.test\r\nSubject: {token}\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <{token}@client.test>\r\n\r\n{text}\r\n");

    public static async Task<SmtpReply> SendAsync(EdgeServer edge, ReadOnlyMemory<byte> content, params string[] recipients)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        if (recipients.Length < 2)
            return await client.TransactionAsync("s@client.test", recipients.Length == 0 ? "user@example.test" : recipients[0], content);
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        foreach (string recipient in recipients)
            await client.ExpectAsync(250, await client.CommandAsync($"RCPT TO:<{recipient}>"));
        await client.ExpectAsync(354, await client.CommandAsync("DATA"));
        await client.SendAsync(DotStuffing.Apply(content.Span));
        return await client.ReadReplyAsync();
    }

    /// <summary>What was delivered, with its fields unfolded.</summary>
    public static async Task<string> DeliveredAsync(EdgeServer edge, string token, string local = "user")
    {
        string mail = Encoding.UTF8.GetString(await edge.MaildirOf(local).WaitAsync(token, otherwise: () => edge.Process.OutputTail));
        return mail.Replace("\n\t", " ", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal);
    }

    private static bool IsMember(JsonObject group, string name) => group["Members"] is JsonArray members && members.Any(member => (string?)member == name);
}
