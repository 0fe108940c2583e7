using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Sessions.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>One connection: its socket and the two directions of it. It holds no buffer while nothing is on its way, and no task of the transport runs behind it.</summary>
internal sealed class EpollConnection : ConnectionContext, IDuplexPipe, IClientSocket
{
    private readonly EpollLoop _loop;
    private readonly Entry _entry;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private readonly Lock _lock = new();
    private IDictionary<object, object?>? _items;
    private CancellationTokenSource? _closing;
    private CancellationToken? _closed;
    private string? _id;
    private bool _isClosed;

    /// <summary>Takes over a socket.</summary>
    /// <param name="loop">Watches it from here on.</param>
    /// <param name="socket">Owned.</param>
    /// <param name="local">The address that the client connected to.</param>
    /// <param name="remote">The client's.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The system has no room for it; the socket is closed.</exception>
    public EpollConnection(EpollLoop loop, SocketDescriptor socket, EndPoint? local, EndPoint? remote)
    {
        _loop = loop;
        Socket = socket;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        ReadySignal readable = new();
        _reader = new SocketReader(socket, readable);
        _writer = new SocketWriter(this);
        _entry = new Entry(this, readable);
        Transport = this;
        Features.Set<IClientSocket>(this);
        try
        {
            loop.Add(_entry, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The socket.</summary>
    public SocketDescriptor Socket { get; }

    /// <inheritdoc />
    public override string ConnectionId
    {
        get => _id ??= $"{RemoteEndPoint}-{_entry.Token:x}";
        set => _id = value;
    }

    /// <inheritdoc />
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc />
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <inheritdoc />
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc />
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc />
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Fires when the connection is aborted or closed here; what the client does is seen by reading. Made when first asked for.</summary>
    public override CancellationToken ConnectionClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed ??= _isClosed ? new CancellationToken(canceled: true) : (_closing = new CancellationTokenSource()).Token;
            }
        }
        set => _closed = value;
    }

    PipeReader IDuplexPipe.Input => _reader;

    PipeWriter IDuplexPipe.Output => _writer;

    /// <inheritdoc />
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (MarkClosed())
        {
            Break(abortReason);
        }
    }

    /// <inheritdoc />
    public void SetUnackedTimeout(TimeSpan timeout) => NativeSockets.SetUserTimeout(Socket, timeout);

    /// <inheritdoc />
    public void EndSending() => Shutdown(SocketShutdown.Send);

    /// <summary>Wants to know when there is room to send.</summary>
    public void WatchWrites() => _loop.WatchWrites(_entry, Socket);

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _loop.Remove(_entry);
        MarkClosed();
        _reader.Complete();
        _writer.Close();
        Socket.Dispose();
        return base.DisposeAsync();
    }

    private bool MarkClosed()
    {
        CancellationTokenSource? closing;
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _isClosed = true;
            closing = _closing;
        }

        // On the pool: the caller may be the heartbeat.
        _ = closing?.CancelAsync();
        return true;
    }

    private void Break(ConnectionAbortedException reason)
    {
        _reader.Fail(reason);
        _writer.Break();
        Shutdown(SocketShutdown.Both);
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            NativeSockets.Shutdown(Socket, how);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile, which is more.
        }
    }

    private sealed class Entry(EpollConnection connection, ReadySignal readable) : EpollEntry
    {
        public override void OnEvents(SocketEvents events)
        {
            if ((events & (SocketEvents.PeerEnded | SocketEvents.HungUp | SocketEvents.Error)) != 0)
            {
                connection._reader.HangUp();
            }
            else if ((events & SocketEvents.Readable) != 0)
            {
                readable.Set();
            }

            if ((events & (SocketEvents.Writable | SocketEvents.HungUp | SocketEvents.Error)) != 0)
            {
                connection._writer.Ready();
            }
        }
    }
}
