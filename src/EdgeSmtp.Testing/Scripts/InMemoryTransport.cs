using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>
/// A connection without a socket, with the properties of one that matter: back-pressure, half-close and reset. As on Kestrel, a half-close by the client cancels
/// <c>ConnectionClosed</c> at once, while bytes are still unread and replies still arrive.
/// </summary>
public sealed class InMemoryTransport : IAsyncDisposable
{
    private static readonly PipeOptions Options = new(useSynchronizationContext: false, pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024);

    private readonly Pipe _toServer = new(Options);
    private readonly Pipe _toClient = new(Options);
    private readonly InMemoryConnection _server;
    private readonly InMemoryPeer _client;

    /// <summary>Connects.</summary>
    /// <param name="client">Address of the client; <c>null</c> for 192.0.2.1:40000.</param>
    /// <param name="local">Address of the listener; <c>null</c> for 192.0.2.25:25.</param>
    public InMemoryTransport(IPEndPoint? client = null, IPEndPoint? local = null)
    {
        _server = new InMemoryConnection(
            new PipePair(_toServer.Reader, _toClient.Writer),
            local ?? new IPEndPoint(IPAddress.Parse("192.0.2.25"), 25),
            client ?? new IPEndPoint(IPAddress.Parse("192.0.2.1"), 40000),
            AbortByServer);
        _client = new InMemoryPeer(new PipePair(_toClient.Reader, _toServer.Writer), _server.FireClosed);
    }

    /// <summary>The server's end, for a connection handler.</summary>
    public ConnectionContext Server => _server;

    /// <summary>The client's end.</summary>
    public ScriptPeer Client => _client;

    /// <summary>Runs a connection handler as Kestrel does: when it returns or throws, both directions are closed.</summary>
    /// <param name="handler">The handler, or middleware in front of it.</param>
    public async Task ServeAsync(ConnectionDelegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        try
        {
            await handler(_server);
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private void AbortByServer(ConnectionAbortedException reason)
    {
        _toClient.Writer.Complete(new ConnectionResetException("The server aborted the connection.", reason));
        _toServer.Reader.Complete();
    }
}
