using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>
/// A transport for Kestrel that reads and writes sockets where the session runs, instead of by tasks of its own with a pipe between (docs/adr/0023-own-transport.md). Linux.
/// </summary>
/// <param name="backlog">Connections that may wait to be accepted; the kernel cuts it at net.core.somaxconn.</param>
public sealed class EpollTransportFactory(int backlog) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly Lazy<EpollLoop> _loop = new(static () => new EpollLoop());

    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return new ValueTask<IConnectionListener>(new EpollListener(_loop.Value, (IPEndPoint)endpoint, backlog));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // The exception that Kestrel's callers know.
            throw new AddressInUseException(error.Message, error);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_loop.IsValueCreated)
        {
            _loop.Value.Dispose();
        }
    }
}
