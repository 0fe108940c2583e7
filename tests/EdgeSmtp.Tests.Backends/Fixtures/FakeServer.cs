using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A TCP server that answers whatever a test wants, or nothing at all.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Socket, CancellationToken, Task> _talk;
    private readonly Task _accepting;

    private FakeServer(Func<Socket, CancellationToken, Task> talk)
    {
        _talk = talk;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Takes connections and never says a word.</summary>
    public static FakeServer Silent() => new(static (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));

    /// <summary>Says this to whoever connects, whatever he says, and closes.</summary>
    public static FakeServer Saying(byte[] answer) => new(async (socket, token) =>
    {
        await socket.SendAsync(answer, token);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(socket, token);
    });

    /// <summary>Says the answers one after the other, each to the next thing that is said to it; after the last it is silent.</summary>
    public static FakeServer Answering(params byte[][] answers) => new(async (socket, token) =>
    {
        byte[] heard = new byte[4096];
        foreach (byte[] answer in answers)
        {
            if (await socket.ReceiveAsync(heard, token) == 0)
                return;
            await socket.SendAsync(answer, token);
        }
        await DrainAsync(socket, token);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private static async Task DrainAsync(Socket socket, CancellationToken token)
    {
        byte[] heard = new byte[4096];
        while (await socket.ReceiveAsync(heard, token) > 0)
        {
        }
    }

    private async Task AcceptAsync()
    {
        List<Task> talks = [];
        try
        {
            while (true)
                talks.Add(TalkAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await _talk(socket, _stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
            }
        }
    }
}
