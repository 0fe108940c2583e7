using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>Takes connections and says one thing, or nothing, to each of them.</summary>
internal sealed class FakePeer : IAsyncDisposable
{
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly TcpListener _listener;
    private readonly Task _serving;
    private readonly List<Socket> _held = [];
    private readonly string _says;
    private int _connections;

    /// <summary>Starts it.</summary>
    /// <param name="says">What it says at once; empty for a peer that only takes the connection.</param>
    public FakePeer(string says)
    {
        _says = says;
        _listener = new TcpListener(IPAddress.Loopback, _claim.Port);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => _claim.Port;

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _held.ForEach(static socket => socket.Dispose());
        _claim.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _connections);
            _held.Add(socket);
            if (_says.Length > 0)
            {
                await socket.SendAsync(Encoding.Latin1.GetBytes(_says));
            }
        }
    }
}
