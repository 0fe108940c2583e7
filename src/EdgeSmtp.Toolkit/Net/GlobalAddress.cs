using System.Net;

namespace EdgeSmtp.Toolkit.Net;

/// <summary>Tells addresses of the Internet from those of loopback, private networks, documentation and the like (IANA special-purpose registries, RFC 6890).</summary>
public static class GlobalAddress
{
    private static readonly IPNetwork[] SpecialV4 = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    // Inside 2000::/3, which is all of the global unicast space there is (RFC 4291 §2.4).
    private static readonly IPNetwork[] SpecialV6 = Networks("2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "3fff::/20");

    private static readonly IPNetwork GlobalUnicastV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Whether a host anywhere can have this address. An IPv4-mapped address counts as IPv4.</summary>
    /// <param name="address">The address.</param>
    public static bool IsGlobal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        bool isV4 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        if (!isV4 && !GlobalUnicastV6.Contains(address))
        {
            return false;
        }

        foreach (IPNetwork special in isV4 ? SpecialV4 : SpecialV6)
        {
            if (special.Contains(address))
            {
                return false;
            }
        }

        return true;
    }

    private static IPNetwork[] Networks(params ReadOnlySpan<string> texts)
    {
        IPNetwork[] networks = new IPNetwork[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            networks[i] = IPNetwork.Parse(texts[i]);
        }

        return networks;
    }
}
