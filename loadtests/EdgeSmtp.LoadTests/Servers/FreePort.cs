using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.LoadTests.Servers;

/// <summary>Ports of loopback below the ephemeral range, where a bind does not fail at random.</summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Last = 30_000;

    /// <summary>A port that nobody has now.</summary>
    public static int Take()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, Last);
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
