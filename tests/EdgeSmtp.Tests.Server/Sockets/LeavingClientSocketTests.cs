using System.Net.Sockets;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Sockets;

/// <summary>Clients that leave while a filter works, over Kestrel and real sockets, in clear and under TLS: what the kernel says of a reset and of a FIN is what counts.</summary>
public sealed class LeavingClientSocketTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Theory]
    [InlineData(false, "rcpt")]
    [InlineData(false, "message")]
    [InlineData(true, "rcpt")]
    [InlineData(true, "message")]
    public async Task Reset_WhileAFilterWorks_EndsItsWork(bool tls, string stage)
    {
        WaitingFilter filter = new(stage);
        await using KestrelHost host = await KestrelHost.StartAsync(Sessions().With(filter));
        (_, Socket socket) = await ReachAsync(host, filter, stage, tls);
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
        await TickUntilAsync(host, filter.CancelledAsync());
        await EndedAsync(host);
        Assert.Equal(0, host.Sessions.Store.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fin_WithNothingLeft_EndsTheWorkOfFilters(bool tls)
    {
        WaitingFilter filter = new("rcpt");
        await using KestrelHost host = await KestrelHost.StartAsync(Sessions().With(filter));
        (_, Socket socket) = await ReachAsync(host, filter, "rcpt", tls);
        socket.Shutdown(SocketShutdown.Send);
        await TickUntilAsync(host, filter.CancelledAsync());
        await EndedAsync(host);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fin_AfterTheContent_IsNoAbort(bool tls)
    {
        WaitingFilter filter = new("message");
        await using KestrelHost host = await KestrelHost.StartAsync(Sessions().With(filter));
        (TestClient client, Socket socket) = await ReachAsync(host, filter, "message", tls);
        socket.Shutdown(SocketShutdown.Send);
        for (int i = 0; i < 5; i++)
        {
            await TickAsync(host);
        }

        Assert.False(filter.IsCancelled);
        filter.Release();
        await client.ExpectAsync("250 2.0.0");
        Assert.Equal(1, host.Sessions.Store.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commands_ThatArriveMeanwhile_AreAnsweredInOrder(bool tls)
    {
        WaitingFilter filter = new("rcpt");
        await using KestrelHost host = await KestrelHost.StartAsync(Sessions().With(filter));
        (TestClient client, _) = await ReachAsync(host, filter, "rcpt", tls);
        for (int i = 0; i < 3; i++)
        {
            await TickAsync(host);
            await client.SendAsync("NOOP\r\n");
        }

        await TickAsync(host);
        filter.Release();
        await client.ExpectAsync("250 2.1.5");
        for (int i = 0; i < 3; i++)
        {
            await client.ExpectAsync("250 2.0.0");
        }

        await client.CommandAsync("VRFY x", "252");
        await client.CommandAsync("QUIT", "221");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flood_WhileAFilterWorks_IsNotLost(bool tls)
    {
        WaitingFilter filter = new("rcpt");
        await using KestrelHost host = await KestrelHost.StartAsync(Sessions().With(filter));
        (TestClient client, _) = await ReachAsync(host, filter, "rcpt", tls);
        await TickAsync(host);
        Task flood = client.SendAsync(string.Concat(Enumerable.Repeat("NOOP\r\n", 10_000)));
        await TickAsync(host);
        filter.Release();
        await client.ExpectAsync("250 2.1.5");
        for (int i = 0; i < 10_000; i++)
        {
            await client.ExpectAsync("250 2.0.0");
        }

        await flood;
        await client.CommandAsync("QUIT", "221");
    }

    public void Dispose() => _certificates.Dispose();

    private static async Task<(TestClient Client, Socket Socket)> ReachAsync(KestrelHost host, WaitingFilter filter, string stage, bool tls)
    {
        (TestClient client, Socket socket) = await host.ConnectSocketAsync();
        await client.ExpectAsync("220");
        if (tls)
        {
            await client.CommandAsync("EHLO c.example", "250");
            await client.CommandAsync("STARTTLS", "220");
            await client.SecureAsync();
        }

        await client.CommandAsync("EHLO c.example", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        if (stage == "message")
        {
            await client.CommandAsync("RCPT TO:<user@example.com>", "250");
            await client.CommandAsync("DATA", "354");
            await client.SendAsync("Subject: x\r\n\r\nbody\r\n.\r\n");
        }
        else
        {
            await client.SendAsync("RCPT TO:<user@example.com>\r\n");
        }

        await filter.EnteredAsync();
        return (client, socket);
    }

    private static async Task TickUntilAsync(KestrelHost host, Task reached)
    {
        // Far from the deadline of the filter, which would end its work too; so on a busy machine the server gets more and more time after each tick, and not more ticks.
        for (int i = 0; i < 5 && !reached.IsCompleted; i++)
        {
            host.Sessions.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reached, Task.Delay(TimeSpan.FromMilliseconds(100 << (2 * i)), TimeProvider.System));
        }

        await reached;
    }

    private static async Task TickAsync(KestrelHost host)
    {
        host.Sessions.Time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 50; i++)
        {
            await Task.Yield();
        }
    }

    private static async Task EndedAsync(KestrelHost host)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        while (host.Sessions.Value(SessionMetrics.SessionEnds, "mx", "client-gone") < 1)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private SessionHost Sessions() => new(
        static listener =>
        {
            listener.Certificate = "main";
            listener.Smtp.CommandsMax = 100_000;
            listener.Smtp.SessionTimeMax = TimeSpan.FromDays(1);
            listener.Smtp.CommandTimeout = TimeSpan.FromHours(1);
        },
        host => Assert.Empty(host.Certificates.Configure(new Dictionary<string, CertificateOptions> { ["main"] = _certificates.Write("main", "mx.example.org") })));
}
