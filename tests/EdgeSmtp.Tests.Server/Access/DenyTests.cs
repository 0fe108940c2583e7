using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>Who is denied is told so in words where the client expects SMTP in clear, and nowhere else; it is counted and logged, and costs no session.</summary>
public sealed class DenyTests
{
    private static readonly AccessSettings Denied = AccessSettings.Default with { IsDenied = true };

    // RFC 5321 §3.1: after 554 the server waits for QUIT, and answers anything else with 503.
    [Fact]
    public async Task Smtp_Is554AndWaitsForQuit()
    {
        await using SessionHost host = new(prepare: static host => host.Follow(("192.0.2.0/24", Denied)));
        TestClient client = host.Connect();

        await Script.PlayAsync(client, """
            S: 554 5.7.1 Access denied
            C: EHLO client.example.net
            S: 503 5.5.1
            C: MAIL FROM:<a@b.example>
            S: 503 5.5.1
            C: quit
            S: 221 2.0.0
            S!
            """);
        client.EndHalf();
        await client.Served;

        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "access-rule"));
        Assert.Equal(1, host.Value(SessionMetrics.AccessDecisions, "mx", "deny"));
        Assert.Equal(0, host.Value(SessionMetrics.Sessions, "mx"));
        string line = Assert.Single(host.Events.Lines);
        Assert.Contains("\"event\":\"refused\"", line, StringComparison.Ordinal);
        Assert.Contains("\"client\":\"192.0.2.1\"", line, StringComparison.Ordinal);
        Assert.Contains("\"reply\":554,\"reason\":\"access-rule\",\"detail\":\"rule 192.0.2.0/24\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_HasTheIdOfTheLogLine()
    {
        await using SessionHost host = new(prepare: static host => host.Follow(("", Denied)));
        string reply = await host.Connect().ExpectAsync("554 5.7.1 Access denied [");

        string id = reply.Split('[', ']')[1];
        Assert.Contains($"\"session\":\"{id}\"", Assert.Single(host.Events.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smtp_ClientThatNeverQuits_HasLittleTime()
    {
        await using SessionHost host = new(prepare: static host => host.Follow(("", Denied)));
        TestClient client = host.Connect();
        await client.ExpectAsync("554 ");

        host.Time.Advance(host.Listener.Smtp.LingerTime);
        host.Time.Advance(host.Listener.Smtp.LingerTime);

        await client.Served;
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Smtp_ClientThatTalksOn_IsAnsweredTenTimes()
    {
        await using SessionHost host = new(prepare: static host => host.Follow(("", Denied)));
        TestClient client = host.Connect();
        await client.ExpectAsync("554 ");

        await client.SendAsync(string.Concat(Enumerable.Repeat("NOOP\r\n", 50)));
        client.EndHalf();

        Assert.Equal(10, (await client.ReadToEndAsync()).Split("503 5.5.1").Length - 1);
        await client.Served;
    }

    [Theory]
    [InlineData(SessionProtocol.Qmtp, false)]
    [InlineData(SessionProtocol.Smtp, true)]
    public async Task WhereWordsWouldBeNoise_ItIsClosed(SessionProtocol protocol, bool implicitTls)
    {
        await using SessionHost host = new(
            listener =>
            {
                listener.Protocol = protocol;
                listener.ImplicitTls = implicitTls;
                listener.Certificate = implicitTls ? "main" : null;
            },
            static host => host.Follow(("", Denied)));
        TestClient client = host.Connect();

        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "access-rule"));
    }

    [Fact]
    public async Task OtherClients_AreServed()
    {
        await using SessionHost host = new(prepare: static host => host.Follow(("192.0.2.1", Denied), ("192.0.2.2", AccessSettings.Default)));

        await host.GreetedAsync("192.0.2.2");
        await host.GreetedAsync("192.0.2.3");

        Assert.Equal(1, host.Value(SessionMetrics.AccessDecisions, "mx", "allow"));
        Assert.Equal(1, host.Value(SessionMetrics.AccessDecisions, "mx", "no-rule"));
    }

    // The connection is the proxy's own; there is no client that a rule could be about.
    [Fact]
    public async Task HealthCheck_OfAProxy_IsNotJudged()
    {
        await using SessionHost host = new(static listener => listener.ProxyFrom = Net.Of("10.0.0.0/8"), static host => host.Follow(("", Denied)));
        TestClient client = host.Connect("10.0.0.1");
        await client.SendAsync("PROXY UNKNOWN\r\n");

        await client.ExpectAsync("220 ");
    }

    [Fact]
    public async Task ClientBehindAProxy_IsJudgedByItsOwnAddress()
    {
        await using SessionHost host = new(static listener => listener.ProxyFrom = Net.Of("10.0.0.0/8"), static host => host.Follow(("203.0.113.7", Denied)));
        TestClient client = host.Connect("10.0.0.1");
        await client.SendAsync("PROXY TCP4 203.0.113.7 192.0.2.25 4000 25\r\n");

        await client.ExpectAsync("554 ");
    }
}
