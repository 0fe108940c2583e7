using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Testing.Dns;

/// <summary>Names of the reverse tree.</summary>
public static class ReverseName
{
    /// <summary>The name under which the PTR record of an address lies (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    /// <param name="address">The address.</param>
    public static string Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        byte[] bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', bytes) + ".in-addr.arpa"
            : string.Join('.', bytes.Select(static b => string.Create(CultureInfo.InvariantCulture, $"{b & 15:x}.{b >> 4:x}"))) + ".ip6.arpa";
    }
}
