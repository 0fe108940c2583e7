using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Sessions.Transport;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Tests.Server.Transport;

/// <summary>A connection of the transport and the client's socket.</summary>
internal sealed class TransportPair : IAsyncDisposable
{
    private readonly EpollTransportFactory _factory;
    private readonly IConnectionListener _listener;

    private TransportPair(EpollTransportFactory factory, IConnectionListener listener, Socket client, ConnectionContext server)
    {
        _factory = factory;
        _listener = listener;
        Client = client;
        Server = server;
    }

    public Socket Client { get; }

    public ConnectionContext Server { get; }

    public PipeReader Input => Server.Transport.Input;

    public PipeWriter Output => Server.Transport.Output;

    public static async Task<TransportPair> ConnectAsync(IPAddress? address = null)
    {
        EpollTransportFactory factory = new(backlog: 16);
        IConnectionListener listener = await factory.BindAsync(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        IPEndPoint bound = (IPEndPoint)listener.EndPoint;
        Socket client = new(bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(new IPEndPoint(address ?? IPAddress.Loopback, bound.Port));
        return new TransportPair(factory, listener, client, (await listener.AcceptAsync())!);
    }

    public ValueTask UnbindAsync() => _listener.UnbindAsync();

    /// <summary>Reads until so many bytes are there, without consuming any.</summary>
    public async Task<ReadResult> ReadAtLeastAsync(int count)
    {
        while (true)
        {
            ReadResult result = await Input.ReadAsync();
            if (result.Buffer.Length >= count || result.IsCompleted)
            {
                return result;
            }

            Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await _listener.DisposeAsync();
        _factory.Dispose();
    }
}
