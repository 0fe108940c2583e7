using System.Net.Sockets;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Sockets;

/// <summary>The same conversations over Kestrel and real sockets.</summary>
public sealed class KestrelTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task Conversation_WithPipelining_TakesMail()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost());
        TestClient client = await host.ConnectAsync();
        await Script.PlayAsync(client, """
            S: 220 mx.example.org
            C: EHLO c.example
            S: 250-mx.example.org
            C: MAIL FROM:<a@b.example>
            C: RCPT TO:<user@example.com>
            C: DATA
            S: 250 2.1.0
            S: 250 2.1.5
            S: 354
            C: A: b
            C: 
            C: ..x
            C: .
            C: QUIT
            S: 250 2.0.0 Ok: queued
            S: 221
            S!
            """);
        Assert.Equal("A: b\r\n\r\n.x\r\n", Assert.Single(host.Sessions.Store.Messages).Body);
    }

    [Fact]
    public async Task Content_OfManyMegabytes_ArrivesByteForByte()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost());
        TestClient client = await host.ConnectAsync();
        await client.ExpectAsync("220");
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("\r\n");
        string block = string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i} {new string('z', i % 200)}\r\n"));
        for (int i = 0; i < 80; i++)
        {
            await client.SendAsync(block);
        }

        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Equal("\r\n" + string.Concat(Enumerable.Repeat(block, 80)), Assert.Single(host.Sessions.Store.Messages).Body);
    }

    [Fact]
    public async Task Client_ThatHalfCloses_GetsEveryReply()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost());
        TestClient client = await host.ConnectAsync();
        await client.SendAsync("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nBDAT 3 LAST\r\nabcQUIT\r\n");
        client.EndHalf();
        string all = await client.ReadToEndAsync();
        Assert.EndsWith("221 2.0.0 Bye\r\n", all, StringComparison.Ordinal);
        Assert.Single(host.Sessions.Store.Messages);
    }

    [Fact]
    public async Task StartTls_UpgradesAndTakesMail()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(Host());
        TestClient client = await host.ConnectAsync();
        await client.ExpectAsync("220");
        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("STARTTLS", "220");
        await client.SecureAsync();
        await Script.PlayAsync(client, """
            C: EHLO c.example
            S: 250
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354
            C: hi
            C: .
            S: 250
            C: QUIT
            S: 221
            S!
            """);
        Assert.Contains(" with ESMTPS ", Assert.Single(host.Sessions.Store.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartTls_WithBytesBehindIt_IsRefusedAndTheReplyArrives()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(Host());
        TestClient client = await host.ConnectAsync();
        await client.ExpectAsync("220");
        await client.CommandAsync("EHLO c.example", "250");
        await client.SendAsync("STARTTLS\r\nNOOP\r\n");
        await client.ExpectAsync("554 5.5.1");
        client.EndHalf();
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task ImplicitTls_IsGreetedUnderTls()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(Host(listener => listener.ImplicitTls = true));
        TestClient client = await host.ConnectAsync();
        await client.SecureAsync();
        await client.ExpectAsync("220");
        await client.CommandAsync("QUIT", "221");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Qmtp_AnswersAHalfClosedClient()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost(listener => listener.Protocol = SessionProtocol.Qmtp));
        TestClient client = await host.ConnectAsync();
        await client.SendAsync(string.Concat(Enumerable.Repeat(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "nobody@example.com"), 50)));
        client.EndHalf();
        for (int i = 0; i < 50; i++)
        {
            Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
            Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(50, host.Sessions.Store.Count);
    }

    [Fact]
    public async Task LastReply_ToAClientThatSendsOn_ArrivesBeforeAnyReset()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost());
        TestClient client = await host.ConnectAsync();
        await client.ExpectAsync("220");
        await client.SendAsync("GET / HTTP/1.1\r\n");
        byte[] flood = new byte[256 * 1024];
        try
        {
            await client.SendAsync(flood);
        }
        catch (IOException)
        {
        }

        await client.ExpectAsync("500 5.5.2");
    }

    [Fact]
    public async Task LastReply_IsFollowedByOurFinAlthoughTheClientStays()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost());
        TestClient client = await host.ConnectAsync();
        await client.ExpectAsync("220");
        await client.CommandAsync("GET / HTTP/1.1", "500 5.5.2");
        Task<string> end = client.ReadToEndAsync();
        while (!end.IsCompleted)
        {
            // Our half ends a quarter of a second after the reply, by the clock that stands still otherwise.
            host.Sessions.Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.Equal(string.Empty, await end);
    }

    [Fact]
    public async Task Proxy_InFront_NamesTheClient()
    {
        await using KestrelHost host = await KestrelHost.StartAsync(new SessionHost(listener => listener.ProxyFrom = Net.Of("127.0.0.0/8")));
        TestClient client = await host.ConnectAsync();
        await client.SendAsync("PROXY TCP4 198.51.100.7 192.0.2.25 4000 25\r\n");
        await client.ExpectAsync("220");
        await client.CommandAsync("QUIT", "221");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Reset_ByTheClient_EndsTheSession()
    {
        KestrelHost host = await KestrelHost.StartAsync(new SessionHost());
        await using (host)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host.EndPoint, TestContext.Current.CancellationToken);
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        // Wherever the session was when the reset came, at its greeting or behind it, it is the client that left.

        Assert.Equal(host.Sessions.Value(SessionMetrics.Sessions, "mx"), host.Sessions.Value(SessionMetrics.SessionEnds, "mx", "client-gone"));
    }

    [Fact]
    public async Task Sessions_ByTheHundred_AreAllServed()
    {
        SessionHost sessions = new(prepare: h =>
        {
            h.Limits.Options.ConnectionsPerAddressMax = 1000;
            h.Limits.Options.ConnectionsPerNetworkMax = 1000;
        });
        await using KestrelHost host = await KestrelHost.StartAsync(sessions);
        List<TestClient> clients = [];
        for (int i = 0; i < 200; i++)
        {
            clients.Add(await host.ConnectAsync());
        }

        foreach (TestClient client in clients)
        {
            await client.ExpectAsync("220");
            await client.SendAsync("EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nDATA\r\n");
        }

        foreach (TestClient client in clients)
        {
            await client.ExpectAsync("250-");
            await client.ExpectAsync("250");
            await client.ExpectAsync("250");
            await client.ExpectAsync("354");
            await client.SendAsync("hi\r\n.\r\nQUIT\r\n");
        }

        foreach (TestClient client in clients)
        {
            await client.ExpectAsync("250 2.0.0 Ok: queued");
            await client.ExpectAsync("221");
        }

        Assert.Equal(200, sessions.Store.Count);
    }

    public void Dispose() => _certificates.Dispose();

    private SessionHost Host(Action<ListenerOptions>? configure = null) => new(
        listener =>
        {
            listener.Certificate = "main";
            configure?.Invoke(listener);
        },
        host => Assert.Empty(host.Certificates.Configure(new Dictionary<string, CertificateOptions> { ["main"] = _certificates.Write("main", "mx.example.org") })));
}
