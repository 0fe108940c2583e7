using System.Net;
using EdgeSmtp.Delivery.Hosts;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>Finds routes that lead back to our own listeners: a message would go round until its hops are used up.</summary>
public static class RouteLoopCheck
{
    /// <summary>Checks the next hops that are known without the DNS: addresses, <c>localhost</c> and our own names. Others are checked when they are looked up.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="self">Who we are.</param>
    /// <returns>One sentence for each such next hop; none when all is well.</returns>
    public static IReadOnlyList<string> Find(RouteTable routes, OwnIdentity self)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(self);
        List<string> errors = [];
        foreach ((string name, Route route) in routes.Routes)
            foreach (NextHop hop in route.NextHops)
                if (LeadsToUs(hop, self)) errors.Add($"Routes:{name}:NextHop: '{hop}' is a listener of this server; mail would loop.");
        return errors;
    }

    private static bool LeadsToUs(NextHop hop, OwnIdentity self)
    {
        if (hop.EndPoint is IPEndPoint endPoint) return self.IsListener(endPoint);
        if (hop.EndPoint is not null || !self.HasListenerOn(hop.Port)) return false;
        return self.IsName(hop.Host) || (hop.Host == "localhost" && (self.IsListener(new IPEndPoint(IPAddress.Loopback, hop.Port)) || self.IsListener(new IPEndPoint(IPAddress.IPv6Loopback, hop.Port))));
    }
}
