using System.Net.NetworkInformation;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Tells delivery who we are, so that it never hands mail to ourselves (RFC 5321 §5.1).</summary>
internal static class OwnIdentities
{
    /// <summary>Names of the configuration, listeners, and the addresses of this host.</summary>
    /// <param name="options">A checked configuration.</param>
    public static OwnIdentity Of(ServerOptions options) => new(
        options.OwnNames.Append(options.Hostname!).Select(static name => DomainName.ToALabel(name)!),
        options.Listeners.Values.Select(static listener => listener.Address),
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(static card => card.GetIPProperties().UnicastAddresses).Select(static address => address.Address));
}
