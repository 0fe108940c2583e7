using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Files of domains: their routes and profiles exist, and one that takes every address is pointed out. What they hold is checked where they are read.</summary>
internal sealed class DomainFileCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        string[] routes = [.. options.Routes.Keys, RouteTable.MxRouteName];
        foreach ((string name, DomainFileOptions file) in options.DomainFiles)
        {
            context.Reference(file.Route, routes, "route", nameof(options.DomainFiles), name, nameof(file.Route));
            context.Reference(file.Profile, options.Profiles.Keys, "profile", nameof(options.DomainFiles), name, nameof(file.Profile));
            if (file.Recipients is { IsAny: true })
            {
                context.Warn("accepts every address: mail for mailboxes that do not exist is taken and bounced", nameof(options.DomainFiles), name, nameof(file.Recipients));
            }
        }
    }
}
