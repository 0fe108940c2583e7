using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// Bounds how long a client may leave our bytes unacknowledged, also behind a closed window (RFC 5482). What the transport has taken over is out of our sight: without this,
/// a client that sends QUIT and never reads would keep a socket for as long as it answers window probes.
/// </summary>
internal static class UnackedTimeout
{
    private const int IpProtoTcp = 6;
    private const int TcpUserTimeout = 18;

    /// <summary>Sets the bound, where the connection is a socket and the system is Linux.</summary>
    public static void Apply(ConnectionContext connection, TimeSpan timeout)
    {
        if (!OperatingSystem.IsLinux() || connection.Features.Get<IConnectionSocketFeature>() is not { Socket: { } socket })
        {
            return;
        }

        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(milliseconds, (int)timeout.TotalMilliseconds);
        try
        {
            socket.SetRawSocketOption(IpProtoTcp, TcpUserTimeout, milliseconds);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client is gone already.
        }
    }
}
