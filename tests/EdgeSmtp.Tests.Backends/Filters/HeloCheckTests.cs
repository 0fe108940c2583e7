using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>HeloCheck in the running program, with a real name server and without one.</summary>
public sealed class HeloCheckTests
{
    [Fact]
    public async Task Names_AreJudgedByTheDns_TheListAndOurOwnNames()
    {
        await using Nsd dns = await Nsd.StartAsync("names.test", "mail IN A 198.51.100.7\nmail6 IN AAAA 2001:db8::7\ntxt IN TXT \"no address\"");
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            JsonObject helo = settings.Filter("helo");
            helo["Mode"] = "A";
            helo["GuardHostname"] = true;
            helo["BadHelo"] = new JsonArray("*.dyn.names.test", "!mail.dyn.names.test", "friend!");
        });
        Assert.Equal(250, await CodeAsync(edge, "mail.names.test"));
        Assert.Equal(250, await CodeAsync(edge, "MAIL6.names.test"));
        Assert.Equal(250, await CodeAsync(edge, "[127.0.0.9]"));
        Assert.Equal(250, await CodeAsync(edge, "friend"));
        Assert.Equal(550, await CodeAsync(edge, "txt.names.test"));
        Assert.Equal(550, await CodeAsync(edge, "nobody.names.test"));
        Assert.Equal(550, await CodeAsync(edge, "a.dyn.names.test"));

        // A stranger at another address of ours; the fixture's own address is nobody's to forge.
        Assert.Equal(550, await CodeAsync(edge, "MX.example.test"));
        Assert.Equal(550, await CodeAsync(edge, "[127.0.0.1]"));
        Assert.Equal(250, await CodeAsync(edge, "nobody.names.test", "postmaster"));

        // The server refuses zones that are not its own: that is not "no such name".
        Assert.Equal(451, await CodeAsync(edge, "mail.elsewhere.test"));
    }

    // spec §5: a soft failure of the DNS is 451 at RCPT, and one reply.
    [Fact]
    public async Task DeadDns_Is451AtRcpt()
    {
        using PortClaim dead = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{dead.Port}");
            settings.Filter("helo")["Mode"] = "M";
        });
        Assert.Equal(451, await CodeAsync(edge, "mail.names.test"));
    }

    private static async Task<int> CodeAsync(EdgeServer edge, string hello, string recipient = "user@example.test")
    {
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort, from: "127.0.0.9");
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync($"EHLO {hello}"));
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        return (await client.CommandAsync($"RCPT TO:<{recipient}>")).Code;
    }
}
