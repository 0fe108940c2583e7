using System.Buffers;
using System.Net;
using System.Text;
using EdgeSmtp.Protocol.Proxy;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Connections;

/// <summary>The PROXY protocol, from the listener's proxies and nobody else.</summary>
public sealed class ProxyTests
{
    private const string Proxy = "10.0.0.1";

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7")]
    public async Task Header_V2_NamesTheClientEverywhere(string source, string canonical)
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect(Proxy);
        await client.SendAsync(V2(source));
        await client.ExpectAsync("220");
        await DeliverAsync(client);
        string literal = canonical.Contains(':', StringComparison.Ordinal) ? $"[IPv6:{canonical}]" : $"[{canonical}]";
        Assert.Contains($"(unknown {literal})", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
        await client.CommandAsync("QUIT", "221");
        await client.Served;
        Assert.All(host.Events.Lines, line => Assert.Contains($"\"client\":\"{canonical}\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Header_V1_NamesTheClient()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect(Proxy);
        await client.SendAsync("PROXY TCP4 198.51.100.7 192.0.2.25 4000 25\r\n");
        await client.ExpectAsync("220");
        await DeliverAsync(client);
        Assert.Contains("[198.51.100.7]", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_ByteByByteWithTheFirstCommandBehindIt_IsTheSame()
    {
        await using SessionHost host = Host();
        FakeFilter filter = new();
        host.With(filter);
        TestClient client = host.Connect(Proxy);
        foreach (byte b in V2("198.51.100.7"))
        {
            await client.SendAsync([b]);
        }

        await client.ExpectAsync("220");
        await client.CommandAsync("EHLO c.example", "250");
        Assert.Empty(filter.Violations);

        TestClient eager = host.Connect(Proxy);
        await eager.SendAsync([.. V2("198.51.100.7"), .. Encoding.ASCII.GetBytes("EHLO c.example\r\n")]);
        await eager.ExpectAsync("220");
        await eager.ExpectAsync("250");
        // What stands behind the header came from the client, before our greeting.
        Assert.Equal([Abstractions.ProtocolViolation.EarlyTalk], filter.Violations);
    }

    [Theory]
    [InlineData("EHLO c.example\r\n")]
    [InlineData("PROXY TCP4 nonsense\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 99999 25\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIX\n")]
    public async Task Header_MissingOrMalformed_ClosesWithoutAWord(string text)
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect(Proxy);
        await client.SendAsync(text);
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "proxy-header"));
        Assert.Equal(0, host.Value(SessionMetrics.Sessions, "mx"));
    }

    [Fact]
    public async Task Header_ThatDoesNotCome_ClosesAfterItsTimeout()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect(Proxy);
        await client.SendAsync("PROXY TC");
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(client.Served.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "proxy-timeout"));
    }

    [Fact]
    public async Task Header_CutShort_Closes()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect(Proxy);
        await client.SendAsync("PROXY TCP4");
        client.EndHalf();
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Header_FromAStranger_IsAnUnknownCommand()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect("192.0.2.1");
        await client.ExpectAsync("220");
        await client.SendAsync("PROXY TCP4 198.51.100.7 192.0.2.25 4000 25\r\n");
        await client.ExpectAsync("500 5.5.1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HealthCheck_IsGreetedAtOnceWithoutFiltersAndGetsNoMail(bool isV2)
    {
        await using SessionHost host = Host();
        host.With(new FakeFilter { Connect = session => { session.HoldGreeting(TimeSpan.FromSeconds(60)); return Abstractions.Verdict.From(FakeFilter.Disconnect); } });
        TestClient client = host.Connect(Proxy);
        ArrayBufferWriter<byte> header = new();
        if (isV2)
        {
            ProxyHeaderWriter.WriteV2Local(header);
        }
        else
        {
            ProxyHeaderWriter.WriteV1(null, null, header);
        }

        await client.SendAsync(header.WrittenSpan.ToArray());
        await Script.PlayAsync(client, """
            S: 220
            C: EHLO check.example
            S: 250
            C: MAIL FROM:<a@b.example>
            S: 554 5.7.1
            C: RCPT TO:<user@example.com>
            S: 503
            C: NOOP
            S: 250
            C: QUIT
            S: 221
            S!
            """);
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.HealthChecks, "mx"));
        Assert.Equal(0, host.Value(SessionMetrics.Sessions, "mx"));
        Assert.Empty(host.Events.Lines);
    }

    [Fact]
    public async Task Limits_CountTheClientAndNotTheProxy()
    {
        await using SessionHost host = Host(h => h.Limits.Options.ConnectionsPerAddressMax = 2);
        List<TestClient> open = [];
        for (int i = 0; i < 2; i++)
        {
            open.Add(await ThroughAsync(host, "198.51.100.7", "220"));
        }

        await ThroughAsync(host, "198.51.100.7", "421 4.7.0");
        open.Add(await ThroughAsync(host, "198.51.100.8", "220"));
    }

    [Fact]
    public async Task Relaying_IsNeverAProxysRight()
    {
        await using SessionHost host = new(listener =>
        {
            listener.ProxyFrom = Net.Of("10.0.0.0/24");
            listener.RelayNetworks = Net.Of("10.0.0.0/8", "198.51.100.0/24");
        });
        // A client behind the proxy that may relay, one that may not, and one that claims to be a proxy.
        await RelayAsync(host, "198.51.100.7", "250");
        await RelayAsync(host, "203.0.113.7", "550 5.7.1");
        await RelayAsync(host, "10.0.0.9", "550 5.7.1");
        await RelayAsync(host, "10.0.1.9", "250");
    }

    [Fact]
    public async Task TlsAtTheProxy_IsKnownAndNotOfferedAgain()
    {
        await using SessionHost host = Host();
        TestClient client = host.Connect(Proxy);
        await client.SendAsync(V2WithTls("198.51.100.7"));
        await client.ExpectAsync("220");
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("STARTTLS", "503");
        await DeliverAsync(client);
        Assert.Contains(" with ESMTPS (TLSv1.3 ", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
    }

    private static async Task RelayAsync(SessionHost host, string client, string expected)
    {
        TestClient through = await ThroughAsync(host, client, "220");
        await through.CommandAsync("EHLO c.example", "250");
        await through.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await through.CommandAsync("RCPT TO:<far@elsewhere.example>", expected);
    }

    private static async Task<TestClient> ThroughAsync(SessionHost host, string client, string expected)
    {
        TestClient through = host.Connect(Proxy);
        await through.SendAsync(V2(client));
        await through.ExpectAsync(expected);
        return through;
    }

    private static async Task DeliverAsync(TestClient client) => await Script.PlayAsync(client, """
        C: EHLO c.example
        S: 250
        C: MAIL FROM:<a@b.example>
        S: 250
        C: RCPT TO:<user@example.com>
        S: 250
        C: DATA
        S: 354
        C: .
        S: 250
        """);

    private static SessionHost Host(Action<SessionHost>? prepare = null) => new(listener => listener.ProxyFrom = Net.Of("10.0.0.0/24"), prepare);

    private static byte[] V2(string source)
    {
        IPAddress address = IPAddress.Parse(source);
        IPAddress destination = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Parse("192.0.2.25") : IPAddress.Parse("2001:db8::25");
        ArrayBufferWriter<byte> header = new();
        ProxyHeaderWriter.WriteV2(new IPEndPoint(address, 4000), new IPEndPoint(destination, 25), header);
        return header.WrittenSpan.ToArray();
    }

    private static byte[] V2WithTls(string source)
    {
        byte[] header = V2(source);
        // PP2_TYPE_SSL with PP2_CLIENT_SSL, unverified, and PP2_SUBTYPE_SSL_VERSION and _CIPHER.
        byte[] version = [0x21, 0, 7, .. "TLSv1.3"u8];
        byte[] cipher = [0x23, 0, 4, .. "AES1"u8];
        byte[] ssl = [0x01, 0, 0, 0, 1, .. version, .. cipher];
        byte[] all = [.. header, 0x20, 0, (byte)ssl.Length, .. ssl];
        all[15] = (byte)(all.Length - 16);
        return all;
    }
}
