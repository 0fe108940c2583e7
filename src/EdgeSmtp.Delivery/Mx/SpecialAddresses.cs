using System.Net;
using EdgeSmtp.Core.Net;

namespace EdgeSmtp.Delivery.Mx;

/// <summary>Addresses that no mail host on the Internet has.</summary>
internal static class SpecialAddresses
{
    /// <summary>RFC 6890 and successors: this network, private, shared, loopback, link-local, multicast, reserved, unique local.</summary>
    private static readonly NetworkSet Networks = new(
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"),
    ]);

    public static bool Contains(IPAddress address) => Networks.Contains(address);
}
