using System.Net;
using EdgeSmtp.Core.Net;

namespace EdgeSmtp.Delivery.Hosts;

/// <summary>Networks that no mail exchanger on the Internet lies in (RFC 6890): a stranger's MX record must not make us talk to our own insides.</summary>
internal static class SpecialNetworks
{
    private static readonly NetworkSet All = new(
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/127"), IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("100::/64"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
    ]);

    /// <summary>Whether the address is special. Documentation networks count as ordinary: nobody answers there anyway.</summary>
    public static bool Contains(IPAddress address) => All.Contains(address);
}
