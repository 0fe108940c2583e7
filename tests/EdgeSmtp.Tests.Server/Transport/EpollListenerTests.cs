using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Sessions.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace EdgeSmtp.Tests.Server.Transport;

/// <summary>Accepting and closing.</summary>
public sealed class EpollListenerTests
{
    [Fact]
    public async Task Accept_OfAConnection_KnowsBothAddresses()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
        Assert.Equal(pair.Client.RemoteEndPoint, pair.Server.LocalEndPoint);
    }

    [Fact]
    public async Task Accept_OverIPv6_KnowsBothAddresses()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using TransportPair pair = await TransportPair.ConnectAsync(IPAddress.IPv6Loopback);
        Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
        Assert.Equal(pair.Client.RemoteEndPoint, pair.Server.LocalEndPoint);
    }

    [Fact]
    public async Task Accept_OnEveryAddress_KnowsTheOneThatWasReached()
    {
        using EpollTransportFactory factory = new(16);
        await using IConnectionListener listener = await factory.BindAsync(new IPEndPoint(IPAddress.Any, 0));
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)listener.EndPoint).Port));
        await using ConnectionContext server = (await listener.AcceptAsync())!;
        Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
    }

    [Fact]
    public async Task Accept_OfManyAtOnce_GetsAll()
    {
        const int Count = 200;
        using EpollTransportFactory factory = new(Count);
        await using IConnectionListener listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        List<Socket> clients = [];
        List<ConnectionContext> servers = [];
        for (int i = 0; i < Count; i++)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.EndPoint);
            clients.Add(client);
        }

        for (int i = 0; i < Count; i++)
        {
            servers.Add((await listener.AcceptAsync())!);
        }

        Assert.Equal(Count, servers.Select(static server => server.ConnectionId).Distinct().Count());
        foreach (ConnectionContext server in servers)
        {
            await server.DisposeAsync();
        }

        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Unbind_WhileAcceptWaits_EndsIt()
    {
        using EpollTransportFactory factory = new(16);
        IConnectionListener listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync();
        Assert.Null(await accepting);
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task Unbind_LeavesConnections()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        await pair.UnbindAsync();
        await pair.Client.SendAsync("x"u8.ToArray());
        Assert.Equal(1, (await pair.Input.ReadAsync()).Buffer.Length);
    }

    [Fact]
    public async Task Bind_ToAnAddressInUse_SaysSo()
    {
        using EpollTransportFactory factory = new(16);
        await using IConnectionListener first = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await Assert.ThrowsAsync<AddressInUseException>(async () => await factory.BindAsync(first.EndPoint));
    }

    [Fact]
    public async Task Dispose_ClosesTheConnection_AndHeedsNoLateEvent()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        await pair.Server.DisposeAsync();
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]));
        Assert.True(pair.Server.ConnectionClosed.IsCancellationRequested);
    }

    // The numbers of closed descriptors come again at once: an event of the old connection must not reach the new one, nor the other way round.
    [Fact]
    public async Task Connections_ThatComeAndGo_DoNotMeetEachOther()
    {
        using EpollTransportFactory factory = new(64);
        await using IConnectionListener listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        Task serving = Task.Run(async () =>
        {
            while (await listener.AcceptAsync() is { } connection)
            {
                _ = EchoAsync(connection);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            byte[] sent = new byte[1];
            byte[] received = new byte[1];
            for (int i = 0; i < 300; i++)
            {
                using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                client.LingerState = new LingerOption(enable: i % 2 == 0, seconds: 0);
                await client.ConnectAsync(listener.EndPoint);
                sent[0] = (byte)((worker * 31) + i);
                await client.SendAsync(sent);
                Assert.Equal(1, await client.ReceiveAsync(received));
                Assert.Equal(sent[0], received[0]);
            }
        })));
        await listener.UnbindAsync();
        await serving;
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        await using (connection)
        {
            var result = await connection.Transport.Input.ReadAsync();
            await connection.Transport.Output.WriteAsync(result.Buffer.First);
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            try
            {
                await connection.Transport.Input.ReadAsync();
            }
            catch (ConnectionResetException)
            {
                // Half of the clients leave that way.
            }
        }
    }
}
