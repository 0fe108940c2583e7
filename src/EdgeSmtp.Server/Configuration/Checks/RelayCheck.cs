using System.Net;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Who may relay by network: never everybody, and never a proxy, whose address says nothing about the client behind it.</summary>
internal sealed class RelayCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        CheckEverybody(context, options.RelayNetworks, nameof(options.RelayNetworks));
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            CheckEverybody(context, listener.RelayNetworks.Networks, nameof(options.Listeners), name, nameof(listener.RelayNetworks));
            CheckProxies(context, listener, options.RelayNetworks, nameof(options.RelayNetworks));
            CheckProxies(context, listener, listener.RelayNetworks.Networks, nameof(options.Listeners), name, nameof(listener.RelayNetworks));
        }
    }

    private static void CheckEverybody(CheckContext context, IReadOnlyList<IPNetwork> networks, params string[] path)
    {
        foreach (IPNetwork network in networks)
        {
            if (network.PrefixLength == 0)
            {
                context.Error($"{network} would make this an open relay", path);
            }
        }
    }

    private static void CheckProxies(CheckContext context, ListenerOptions listener, IReadOnlyList<IPNetwork> relays, params string[] path)
    {
        foreach (IPNetwork relay in relays)
        {
            foreach (IPNetwork proxy in listener.ProxyFrom.Networks)
            {
                if (proxy.PrefixLength <= relay.PrefixLength && proxy.Contains(relay.BaseAddress))
                {
                    context.Error($"{relay} is a source of PROXY headers (ProxyFrom {proxy} of listener '{listener.Name}'): clients behind it would all relay", path);
                }
            }
        }
    }
}
