using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Routes: every name names one.</summary>
internal sealed class RouteCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        string[] routes = [.. options.Routes.Keys, RouteTable.MxRouteName];
        context.Reference(options.DefaultRoute, routes, "route", nameof(options.DefaultRoute));
        context.Reference(options.BounceRoute, routes, "route", nameof(options.BounceRoute));
        foreach ((string name, DomainOptions domain) in options.Domains)
        {
            context.Reference(domain.Route, routes, "route", nameof(options.Domains), name, nameof(domain.Route));
        }
    }
}
