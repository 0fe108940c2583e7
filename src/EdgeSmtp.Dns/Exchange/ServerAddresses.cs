using System.Net;
using System.Net.NetworkInformation;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>Which servers are asked.</summary>
internal static class ServerAddresses
{
    private const int DnsPort = 53;

    /// <summary>Those of the configuration, else those of the system, else this host.</summary>
    /// <exception cref="ArgumentException">An entry of the configuration is none.</exception>
    public static IReadOnlyList<IPEndPoint> Of(DnsOptions options)
    {
        List<IPEndPoint> servers = [];
        foreach (string text in options.Servers)
        {
            servers.Add(DnsOptions.TryParseServer(text, out IPEndPoint endPoint) ? endPoint : throw new ArgumentException($"'{text}' is not an address with an optional port.", nameof(options)));
        }

        if (servers.Count == 0)
        {
            AddThoseOfTheSystem(servers);
        }

        return servers.Count == 0 ? [new IPEndPoint(IPAddress.Loopback, DnsPort)] : servers;
    }

    /// <summary>Whether the AD bit of a server is believed.</summary>
    public static bool IsTrusted(DnsOptions options, IPAddress server)
    {
        foreach (string text in options.TrustedResolvers)
        {
            if (IPAddress.TryParse(text, out IPAddress? trusted) && trusted.Equals(server))
            {
                return true;
            }
        }

        return false;
    }

    // Never a public resolver by default: DNS lists refuse them, and mail traffic is nobody else's business.
    private static void AddThoseOfTheSystem(List<IPEndPoint> servers)
    {
        foreach (NetworkInterface card in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (IPAddress address in card.GetIPProperties().DnsAddresses)
            {
                // Linux has one list for all cards. Site-local addresses (RFC 3879) are what Windows invents for cards without any.
                if (!address.IsIPv6SiteLocal && !servers.Exists(server => server.Address.Equals(address)))
                {
                    servers.Add(new IPEndPoint(address, DnsPort));
                }
            }
        }
    }
}
