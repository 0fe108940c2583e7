using System.Net;

namespace EdgeSmtp.Core.Net;

/// <summary>A list of networks in CIDR form. IPv4-mapped IPv6 addresses are matched as IPv4.</summary>
public sealed class NetworkSet(IEnumerable<IPNetwork> networks)
{
    private readonly IPNetwork[] _networks = [.. networks];

    /// <summary>Contains nothing: no list means no right.</summary>
    public static NetworkSet Empty { get; } = new([]);

    /// <summary>Whether there is no network at all.</summary>
    public bool IsEmpty => _networks.Length == 0;

    /// <summary>The networks.</summary>
    public IReadOnlyList<IPNetwork> Networks => _networks;

    /// <summary>Whether the address lies in one of the networks.</summary>
    /// <param name="address">The address.</param>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress canonical = Canonical(address);
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(canonical))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address as it is compared, logged and counted: IPv4-mapped becomes IPv4, a scope id is dropped.</summary>
    /// <param name="address">The address.</param>
    public static IPAddress Canonical(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
    }
}
