using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Connections;

/// <summary>How many connections may be open: in all, from an address, from a network.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Server_AtItsLimit_Refuses421AndTakesAgainAfterwards()
    {
        await using SessionHost host = new(prepare: h => h.Limits.Options.ConnectionsMax = 2);
        TestClient first = await host.GreetedAsync("192.0.2.1");
        await host.GreetedAsync("192.0.2.2");
        TestClient third = host.Connect("192.0.2.3");
        await third.ExpectAsync("421 4.7.0");
        Assert.Equal(string.Empty, await third.ReadToEndAsync());
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "server-full"));
        await first.CommandAsync("QUIT", "221");
        await first.Served;
        await host.GreetedAsync("192.0.2.3");
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::1", "2001:db8::2")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2")]
    public async Task Address_AtItsLimit_IsRefusedAndItsNeighbourIsNot(string first, string same, string neighbour)
    {
        await using SessionHost host = new(prepare: h => h.Limits.Options.ConnectionsPerAddressMax = 2);
        await host.GreetedAsync(first);
        TestClient second = await host.GreetedAsync(same);
        TestClient third = host.Connect(same);
        await third.ExpectAsync("421 4.7.0");
        await host.GreetedAsync(neighbour);
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "address-full"));
        await second.CommandAsync("QUIT", "221");
        await second.Served;
        await host.GreetedAsync(same);
    }

    [Theory]
    [InlineData("192.0.2.", "192.0.3.1")]
    [InlineData("2001:db8:0:1::", "2001:db8:0:2::1")]
    public async Task Network_AtItsLimit_IsRefusedAndTheNextIsNot(string prefix, string other)
    {
        await using SessionHost host = new(prepare: h => h.Limits.Options.ConnectionsPerNetworkMax = 3);
        for (int i = 1; i <= 3; i++)
        {
            await host.GreetedAsync(prefix + i);
        }

        TestClient refused = host.Connect(prefix + "9");
        await refused.ExpectAsync("421 4.7.0");
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "network-full"));
        await host.GreetedAsync(other);
    }

    [Fact]
    public async Task Refusal_OnQmtp_IsAClosedConnection()
    {
        await using SessionHost host = new(listener => listener.Protocol = SessionProtocol.Qmtp, h => h.Limits.Options.ConnectionsMax = 1);
        host.Connect();
        TestClient refused = host.Connect();
        Assert.Equal(string.Empty, await refused.ReadToEndAsync());
    }

    [Fact]
    public async Task Limits_LoweredByAReload_HoldForNewConnections()
    {
        await using SessionHost host = new();
        TestClient first = await host.GreetedAsync();
        host.Limits.Options = new ConnectionLimitOptions { ConnectionsPerAddressMax = 1 };
        await host.Connect().ExpectAsync("421");
        await first.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Refused_ThatTalksOn_GetsItsReplyAndIsDrained()
    {
        await using SessionHost host = new(prepare: h => h.Limits.Options.ConnectionsMax = 1);
        await host.GreetedAsync();
        TestClient refused = host.Connect();
        await refused.SendAsync("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n");
        await refused.ExpectAsync("421");
        Assert.False(refused.Served.IsCompleted);
        // Whoever stays longer than LingerTime is cut.
        host.Time.Advance(TimeSpan.FromSeconds(6));
        await refused.Served;
    }

    [Fact]
    public void Keys_OfIPv4AndIPv6_AreNeverEqual()
    {
        Assert.NotEqual(
            ClientKey.AddressOf(System.Net.IPAddress.Parse("32.1.13.184")), ClientKey.AddressOf(System.Net.IPAddress.Parse("2001:db8::")));
        Assert.NotEqual(ClientKey.NetworkOf(System.Net.IPAddress.Parse("32.1.13.0")), ClientKey.NetworkOf(System.Net.IPAddress.Parse("2001:d00::")));
    }
}
