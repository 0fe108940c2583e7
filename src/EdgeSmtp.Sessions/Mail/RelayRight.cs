using System.Net;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Whether a client may relay by its network.</summary>
internal static class RelayRight
{
    /// <summary>Nobody may by default, loopback included; a proxy never may, because its address says nothing about who speaks (§8.2 of the design).</summary>
    public static bool Of(ListenerOptions listener, SessionSnapshot snapshot, ConnectionOrigin origin)
    {
        IPAddress client = origin.Client.Address;
        return !origin.IsHealthCheck
            && !listener.ProxyFrom.Contains(client)
            && (listener.RelayNetworks.Contains(client) || snapshot.RelayNetworks.Contains(client));
    }
}
