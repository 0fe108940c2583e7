using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>Rbl before a real rbldnsd; the clients' addresses come by the PROXY protocol.</summary>
public sealed class RblTests
{
    [Fact]
    public async Task ListedClients_AreRefusedAtRcpt_OthersAndPostmasterAreNot()
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{list.Port}");
            settings.Section("Dns")["Timeout"] = "00:00:02";
            settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "lists");
            settings.Section("Filters")["lists"] = new JsonObject
            {
                ["Type"] = "Rbl",
                // The test points of RFC 5782 lie in networks that no client of the Internet has.
                ["SkipNonGlobal"] = false,
                ["Zones"] = new JsonArray(new JsonObject { ["Zone"] = "bl.test" }, new JsonObject { ["Zone"] = "bl6.test" }),
            };
        });

        Assert.Equal(550, (await RecipientAsync(edge, "192.0.2.5", "user@example.test")).Code);
        Assert.Equal(550, (await RecipientAsync(edge, "198.51.100.66", "user@example.test")).Code);
        Assert.Equal(550, (await RecipientAsync(edge, "2001:db8:bad::1", "user@example.test")).Code);
        Assert.Equal(250, (await RecipientAsync(edge, "203.0.113.9", "user@example.test")).Code);
        Assert.Equal(250, (await RecipientAsync(edge, "2001:db8:900d::1", "user@example.test")).Code);
        Assert.Equal(250, (await RecipientAsync(edge, "192.0.2.5", "postmaster")).Code);
    }

    // rblsmtpd -i: nobody is refused, and the message tells.
    [Fact]
    public async Task ListedClient_WithAnnotate_IsAcceptedWithAField()
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{list.Port}");
            settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "lists");
            settings.Section("Filters")["lists"] = new JsonObject
            {
                ["Type"] = "Rbl",
                ["Action"] = "Annotate",
                ["SkipNonGlobal"] = false,
                ["Zones"] = new JsonArray(new JsonObject { ["Zone"] = "bl.test", ["IncludeTxt"] = true }),
            };
        });
        foreach (string address in new[] { "192.0.2.5", "203.0.113.9" })
        {
            await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
            await client.SendAsync(ProxyHeader.Of(IPAddress.Parse(address)));
            await client.ExpectAsync(220, await client.ReadReplyAsync());
            await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
            await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "user@example.test", Encoding.ASCII.GetBytes($"Subject: {address}\r\n\r\nx\r\n")));
        }

        Maildir user = edge.MaildirOf("user");
        await user.CountAsync(2, Until.Soon, () => edge.Process.OutputTail);
        string[] mails = [.. user.Files.Select(static file => Unfold(File.ReadAllText(file)))];
        Assert.Contains("\nX-RBL-Info: bl.test lists 192.0.2.5 (127.0.0.2): Listed, see http://bl.test/192.0.2.5\n", Assert.Single(mails, static mail => mail.Contains("Subject: 192.0.2.5", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("X-RBL-Info", Assert.Single(mails, static mail => mail.Contains("Subject: 203.0.113.9", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    // §"OnLookupFailure": a list that cannot be asked lists nobody, by default, and says so.
    [Fact]
    public async Task DeadList_ByDefault_RefusesNobody_AndIsCounted()
    {
        using PortClaim dead = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dead.Port}");
            settings.Section("Dns")["Timeout"] = "00:00:01";
            settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "lists");
            settings.Section("Filters")["lists"] = new JsonObject { ["Type"] = "Rbl", ["Zone"] = "bl.test", ["SkipNonGlobal"] = false };
        });
        Assert.Equal(250, (await RecipientAsync(edge, "192.0.2.5", "user@example.test")).Code);
        Assert.True(await edge.MetricAsync("edgesmtp_dns_failed_attempts_total") > 0);
    }

    private static string Unfold(string mail) => mail.Replace("\n\t", " ", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal);

    private static async Task<SmtpReply> RecipientAsync(EdgeServer edge, string address, string recipient)
    {
        string family = address.Contains(':', StringComparison.Ordinal) ? "TCP6" : "TCP4";
        string server = family == "TCP6" ? "2001:db8::25" : "192.0.2.25";
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.SendAsync($"PROXY {family} {address} {server} 40000 25\r\n");
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        return await client.CommandAsync($"RCPT TO:<{recipient}>");
    }
}
