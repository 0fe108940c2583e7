using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>SIGHUP or a changed file: a valid configuration takes over for new sessions, an invalid one never does.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Reload_OfAValidFile_IsSeenByNewSessions_WhileOldOnesKeepTheirs()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        await using SmtpConversation old = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await old.ExpectAsync(550, await RecipientAsync(old, "newcomer@example.test"));

        edge.Settings.Section("Domains", "example.test")["Recipients"] = new JsonArray("user", "alice", "newcomer");
        await File.WriteAllTextAsync(edge.ConfigFile, edge.Settings.Text);
        edge.Process.Signal(PosixSignal.Hangup);
        await Until.TrueAsync(() => KnowsAsync(edge, "newcomer@example.test"), Until.Soon, () => edge.Process.OutputTail);

        await old.CommandAsync("RSET");
        await old.ExpectAsync(250, await RecipientAsync(old, "user@example.test"));
    }

    [Theory]
    [InlineData("{ this is no JSON")]
    [InlineData("""{ "Hostname": "mx.example.test", "NoSuchKey": 1 }""")]
    [InlineData("")]
    public async Task Reload_OfAnInvalidFile_KeepsTheOldOne_AndSaysWhy(string text)
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        int logged = edge.Log.Length;
        await File.WriteAllTextAsync(edge.ConfigFile, text);
        edge.Process.Signal(PosixSignal.Hangup);
        await Until.TrueAsync(
            () => edge.Log[logged..].Contains("edgesmtp.json", StringComparison.Ordinal), Until.Soon, () => edge.Process.OutputTail);

        Assert.False(edge.Process.HasExited);
        Assert.True(await edge.IsReadyAsync());
        Assert.True(await KnowsAsync(edge, "user@example.test"));
        Assert.False(await KnowsAsync(edge, "newcomer@example.test"));
    }

    private static async Task<bool> KnowsAsync(EdgeServer edge, string recipient)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        return (await RecipientAsync(client, recipient)).Code == 250;
    }

    private static async Task<SmtpReply> RecipientAsync(SmtpConversation client, string recipient)
    {
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        return await client.CommandAsync($"RCPT TO:<{recipient}>");
    }
}
