namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Routes: every name names one.</summary>
internal sealed class RouteCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        context.Reference(options.DefaultRoute, options.Routes.Keys, "route", nameof(options.DefaultRoute));
        context.Reference(options.BounceRoute, options.Routes.Keys, "route", nameof(options.BounceRoute));
        foreach ((string name, DomainOptions domain) in options.Domains)
        {
            context.Reference(domain.Route, options.Routes.Keys, "route", nameof(options.Domains), name, nameof(domain.Route));
        }
    }
}
