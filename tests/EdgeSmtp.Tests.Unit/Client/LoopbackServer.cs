using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>A server on a loopback port that runs one script for each connection.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<ServerPeer, Task> _script;
    private readonly ConcurrentBag<Task> _running = [];
    private readonly ConcurrentBag<ServerPeer> _peers = [];
    private readonly Task _accepting;
    private int _connections;

    public LoopbackServer(Func<ServerPeer, Task> script)
    {
        _script = script;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(128);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (ServerPeer peer in _peers) peer.Dispose();
        await _accepting;
        await Task.WhenAll(_running);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _connections);
            ServerPeer peer = new(socket);
            _peers.Add(peer);
            _running.Add(RunAsync(peer));
        }
    }

    private async Task RunAsync(ServerPeer peer)
    {
        await Task.Yield();
        try
        {
            await _script(peer);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, which is what many of the tests are about.
        }
        finally
        {
            peer.Dispose();
        }
    }
}
