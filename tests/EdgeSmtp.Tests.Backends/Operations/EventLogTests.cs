using System.Text;
using System.Text.Json;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>The event log of the built program: followed from connect to delivery, attacked by what clients send, and read and continued by the tools of daemontools.</summary>
public sealed class EventLogTests
{
    [Fact]
    public async Task OneMessage_IsFollowedFromItsConnectionToItsDeliveryByItsIds()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        string reply;
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort))
        {
            await client.CommandAsync("MAIL FROM:<s@client.test>");
            await client.CommandAsync("RCPT TO:<user@example.test>");
            await client.CommandAsync("RCPT TO:<nobody@example.test>");
            await client.CommandAsync("DATA");
            reply = (await client.CommandAsync("Subject: x\r\n\r\ntext\r\n.")).Text;
            await client.CommandAsync("QUIT");
        }

        await edge.EmptyQueueAsync();
        await edge.LoggedAsync("\"event\":\"done\"");
        await edge.LoggedAsync("\"event\":\"session-end\"");
        JsonElement[] lines = [.. Lines(edge.Log.Split('\n'))];
        JsonElement committed = Assert.Single(lines, static line => Text(line, "event") == "committed");
        string session = Text(committed, "session")!;
        string id = Text(committed, "id")!;
        Assert.Contains(id, reply, StringComparison.Ordinal);
        Assert.Equal(
            ["attempt", "committed", "done", "refused", "session-end"],
            lines.Where(line => Text(line, "session") == session).Select(static line => Text(line, "event")).Order(StringComparer.Ordinal));
        Assert.All(lines.Where(static line => Text(line, "event") is "attempt" or "committed" or "done" or "refused"), line => Assert.Equal(id, Text(line, "id")));
    }

    [Fact]
    public async Task Hostile_HelloSenderRecipientAndSubject_ForgeNoLineAndReachNoTerminal()
    {
        const string Escape = "\u001b[2J";
        await using EdgeServer edge = await EdgeServer.StartAsync(static settings => settings.Section("Log", "Events", "Multilog")["Directory"] = "log");
        await using (SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort))
        {
            await client.ReadReplyAsync();
            await client.CommandAsync($"EHLO x{Escape}\"}}\u009b31m");
            await client.CommandAsync("EHLO client.example.test");
            await client.CommandAsync($"MAIL FROM:<\"a{Escape}\"@client.test>");
            await client.CommandAsync("MAIL FROM:<\"a\\\"}{\\\"event\\\":\\\"committed\"@client.test> SMTPUTF8");
            await client.CommandAsync("RCPT TO:<\"\xc2\x9b31m\xe2\x80\xae\"@example.test>");
            await client.CommandAsync("RCPT TO:<user@example.test>");
            await client.CommandAsync("DATA");
            await client.CommandAsync($"Subject: {Escape}\r\nX: \u0007\r\n\r\ntext\r\n.");
            await client.CommandAsync("QUIT");
        }

        await edge.EmptyQueueAsync();
        await edge.LoggedAsync("\"event\":\"session-end\"");
        Command.Result explained = await edge.CliAsync("explain", Text(Lines(edge.Log.Split('\n')).First(), "session")!);
        Assert.Equal(0, await edge.StopAsync());
        byte[] written = await File.ReadAllBytesAsync(Path.Combine(edge.DataDirectory, "log", "current"));
        Assert.All(written, static octet => Assert.True(octet is (byte)'\n' or (>= 0x20 and < 0x7f), $"{octet:x2} is in the log"));
        string[] lines = Encoding.ASCII.GetString(written).TrimEnd('\n').Split('\n');
        Assert.Single(Lines(lines.Select(static line => line[26..])), static line => Text(line, "event") == "committed");
        Assert.All(explained.Output, static character => Assert.False(char.IsControl(character) && character != '\n', $"{(int)character:x4} is in the output of explain"));
    }

    [Fact]
    public async Task MultilogFolder_IsReadAndContinuedByTheToolsOfDaemontools()
    {
        Programs.Need("multilog", "tai64nlocal");
        await using EdgeServer edge = await EdgeServer.StartAsync(static settings =>
        {
            settings.Section("Log", "Events", "Multilog")["Directory"] = "log";
            settings.Section("Log", "Events", "Multilog")["SizeBytesMax"] = 4096;
            settings.Section("Log", "Events", "Multilog")["FilesMax"] = 5;
        });
        string folder = Path.Combine(edge.DataDirectory, "log");
        for (int i = 0; i < 100; i++)
            await ConnectAsync(edge);
        await Until.TrueAsync(() => Directory.GetFiles(folder, "@*.s").Length == 4, Until.Soon, () => string.Join('\n', Directory.GetFiles(folder)));

        // While the edge has the folder, multilog does not get it.
        Command.Result kept = await Command.RunAsync("too early\n"u8.ToArray(), "multilog", "t", "s4096", "n5", folder);
        Assert.NotEqual(0, kept.ExitCode);
        Assert.Equal(0, await edge.StopAsync());

        foreach (string file in Directory.GetFiles(folder, "@*.s").Append(Path.Combine(folder, "current")))
        {
            Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute), file);
            string[] local = (await Command.RunAsync(await File.ReadAllBytesAsync(file), "tai64nlocal")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (string line in local)
            {
                // 2026-11-22 12:00:00.123456789 {"time":"2026-11-22T12:00:00.123Z",…
                JsonElement entry = JsonDocument.Parse(line[(line.IndexOf('{', StringComparison.Ordinal))..]).RootElement;
                DateTime label = DateTime.ParseExact(line[..23], "yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeLocal);
                Assert.InRange((label.ToUniversalTime() - entry.GetProperty("time").GetDateTime()).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(30));
            }
        }

        // multilog goes on where the edge stopped, and the edge where multilog did.
        int before = (await File.ReadAllLinesAsync(Path.Combine(folder, "current"))).Length;
        Assert.Equal(0, (await Command.RunAsync("of multilog\n"u8.ToArray(), "multilog", "t", "s4096", "n5", folder)).ExitCode);
        Assert.Equal(before + 1, (await File.ReadAllLinesAsync(Path.Combine(folder, "current"))).Length);
        await edge.StartAgainAsync();
        await ConnectAsync(edge);
        await Until.TrueAsync(() => AllText(folder).Split("of multilog\n") is [_, { Length: > 0 }], Until.Soon, () => AllText(folder));

        // A crash leaves `current` without its mark, and the next start sets it aside as unclean.
        await edge.KillAsync();
        await edge.StartAgainAsync();
        await ConnectAsync(edge);
        await Until.TrueAsync(() => Directory.GetFiles(folder, "@*.u").Length == 1, Until.Soon, () => string.Join('\n', Directory.GetFiles(folder)));
    }

    private static async Task ConnectAsync(EdgeServer edge)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.CommandAsync("QUIT");
    }

    private static string AllText(string folder) => string.Concat(Directory.GetFiles(folder, "@*").Order(StringComparer.Ordinal).Append(Path.Combine(folder, "current")).Select(File.ReadAllText));

    private static IEnumerable<JsonElement> Lines(IEnumerable<string> lines) =>
        lines.Where(static line => line.StartsWith("{\"time\"", StringComparison.Ordinal)).Select(static line => JsonDocument.Parse(line).RootElement);

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
}
