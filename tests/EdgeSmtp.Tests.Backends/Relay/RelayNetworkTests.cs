using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Relay;

/// <summary>The right to relay belongs to a client's own address, never to the proxy that brings it.</summary>
public sealed class RelayNetworkTests
{
    private const string Foreign = "user@elsewhere.test";

    [Fact]
    public async Task RelayRight_ComesFromTheClientsAddress_NeverFromTheProxys()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Root["RelayNetworks"] = new JsonArray("127.0.0.0/8", "192.0.2.0/24");
            settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
        });

        Assert.Equal(250, await RecipientCodeAsync(edge, "127.0.0.1", "PROXY TCP4 192.0.2.7 192.0.2.25 40000 25\r\n"));
        Assert.Equal(550, await RecipientCodeAsync(edge, "127.0.0.1", "PROXY TCP4 203.0.113.7 192.0.2.25 40000 25\r\n"));
        // A proxy that claims that the client is the proxy itself.
        Assert.Equal(550, await RecipientCodeAsync(edge, "127.0.0.1", "PROXY TCP4 127.0.0.1 192.0.2.25 40000 25\r\n"));
        // Not a proxy: no header, and its own address counts.
        Assert.Equal(250, await RecipientCodeAsync(edge, "127.0.0.3", ""));
    }

    [Fact]
    public async Task ProxyHeader_FromAStranger_IsNoHeader()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Root["RelayNetworks"] = new JsonArray("192.0.2.0/24");
            settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
        });
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort, from: "127.0.0.9");
        await client.SendAsync("PROXY TCP4 192.0.2.7 192.0.2.25 40000 25\r\nEHLO client.example.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<user@elsewhere.test>\r\n");
        string all = await client.ReadToEndAsync(TimeSpan.FromSeconds(3));
        Assert.DoesNotContain("250 2.1.5", all, StringComparison.Ordinal);
    }

    private static async Task<int> RecipientCodeAsync(EdgeServer edge, string from, string header)
    {
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort, from);
        await client.SendAsync(header);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<a@b.test>"));
        return (await client.CommandAsync($"RCPT TO:<{Foreign}>")).Code;
    }
}
