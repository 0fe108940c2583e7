using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>Accepts connections on one address. Whoever asks for the next one takes it from the system's queue himself.</summary>
internal sealed class EpollListener : EpollEntry, IConnectionListener
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private readonly EpollLoop _loop;
    private readonly Socket _socket;
    private readonly ReadySignal _ready = new();
    private readonly IPEndPoint? _local;
    private volatile bool _isUnbound;

    /// <summary>Begins to listen.</summary>
    /// <param name="loop">Watches the listener and its connections.</param>
    /// <param name="address">The address.</param>
    /// <param name="backlog">Connections that may wait.</param>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public EpollListener(EpollLoop loop, IPEndPoint address, int backlog)
    {
        _loop = loop;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                _socket.DualMode = true;
            }

            // Connections inherit it: replies leave at once.
            _socket.NoDelay = true;
            _socket.Blocking = false;
            _socket.Bind(address);
            _socket.Listen(backlog);
            IPEndPoint bound = (IPEndPoint)_socket.LocalEndPoint!;
            EndPoint = bound;
            _local = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any) ? null : bound;
            loop.Add(this, _socket.SafeHandle);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public EndPoint EndPoint { get; }

    /// <inheritdoc />
    public override void OnEvents(SocketEvents events) => _ready.Set();

    /// <inheritdoc />
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_isUnbound)
        {
            if (TryAccept(out ConnectionContext? connection, out bool isExhausted))
            {
                return connection;
            }

            if (isExhausted)
            {
                // Out of descriptors or memory: those who wait in the queue are better off there than refused.
                await Task.Delay(Breath, TimeProvider.System, cancellationToken);
                continue;
            }

            await _ready.WaitAsync();
        }

        return null;
    }

    /// <inheritdoc />
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _isUnbound = true;
        _loop.Remove(this);
        _socket.Dispose();
        _ready.Set();
        return default;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => UnbindAsync();

    private bool TryAccept(out ConnectionContext? connection, out bool isExhausted)
    {
        connection = null;
        isExhausted = false;
        try
        {
            while (true)
            {
                if (NativeSockets.Accept(_socket.SafeHandle, out IPEndPoint? remote) is { } socket)
                {
                    connection = new EpollConnection(_loop, socket, _local ?? NativeSockets.LocalEndPoint(socket), remote);
                    return true;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case NativeSockets.Again:
                        return false;
                    case NativeSockets.Interrupted or NativeSockets.ConnectionAborted:
                        continue;
                    default:
                        isExhausted = true;
                        return false;
                }
            }
        }
        catch (Win32Exception)
        {
            isExhausted = true;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
