using System.Net.Sockets;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>A client over a socket.</summary>
internal sealed class SocketPeer(Socket socket) : ScriptPeer
{
    public override Stream Stream { get; } = new NetworkStream(socket, ownsSocket: true);

    public override ValueTask HalfCloseAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        return default;
    }

    public override void Reset()
    {
        // A linger time of zero makes close send RST instead of FIN.
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public override ValueTask DisposeAsync() => Stream.DisposeAsync();
}
