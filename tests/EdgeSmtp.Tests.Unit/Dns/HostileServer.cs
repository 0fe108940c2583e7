using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>A server, or who claims to be one, that answers a question with any number of datagrams of any content.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<byte[], IEnumerable<byte[]>> _answer;
    private readonly Task _serving;
    private int _asked;

    private HostileServer(Func<byte[], IEnumerable<byte[]>> answer)
    {
        _answer = answer;

        // Thousands of questions at once must not overflow what is only a test.
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _serving = ServeAsync();
    }

    public string Address => _socket.LocalEndPoint!.ToString()!;

    /// <summary>Datagrams that came.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Where the last question came from.</summary>
    public EndPoint? LastClient { get; private set; }

    public static HostileServer Start(Func<byte[], IEnumerable<byte[]>> answer) => new(answer);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _serving.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            SocketReceiveFromResult got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            Interlocked.Increment(ref _asked);
            LastClient = got.RemoteEndPoint;
            foreach (byte[] datagram in _answer(buffer[..got.ReceivedBytes]))
            {
                await _socket.SendToAsync(datagram, got.RemoteEndPoint, _stop.Token);
            }
        }
    }
}
