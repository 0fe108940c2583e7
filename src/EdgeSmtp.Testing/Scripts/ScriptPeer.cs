using System.Net.Sockets;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>The client's end of a connection, in memory or over a socket, so that one script runs over both.</summary>
public abstract class ScriptPeer : IAsyncDisposable
{
    /// <summary>Both directions. Reading ends with 0 bytes when the server has closed.</summary>
    public abstract Stream Stream { get; }

    /// <summary>A client over a connected socket.</summary>
    /// <param name="socket">Disposed with the peer.</param>
    public static ScriptPeer Over(Socket socket) => new SocketPeer(socket);

    /// <summary>Sends a FIN: nothing more comes from the client, which goes on reading.</summary>
    public abstract ValueTask HalfCloseAsync();

    /// <summary>Sends a reset: the client is gone.</summary>
    public abstract void Reset();

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();
}
