using System.Net;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Whether a client may relay by where it comes from.</summary>
internal static class RelayRight
{
    /// <summary>By listed networks or by an access rule. Nobody may by default, loopback included; a proxy never may, because its address says nothing about who speaks (§8.2 of the design).</summary>
    public static bool Of(ListenerOptions listener, SessionSnapshot snapshot, ConnectionOrigin origin)
    {
        IPAddress client = origin.Client.Address;
        return !origin.IsHealthCheck
            && !listener.ProxyFrom.Contains(client)
            && (origin.Access.MayRelay || listener.RelayNetworks.Contains(client) || snapshot.RelayNetworks.Contains(client));
    }
}
