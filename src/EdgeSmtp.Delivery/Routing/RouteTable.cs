using System.Collections.Frozen;
using System.Net.Security;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>Which route a recipient takes. Immutable; a reload makes a new one, whose routes are equal to those before where nothing changed.</summary>
public sealed class RouteTable
{
    /// <summary>The route that is there without being configured: by mail exchangers, for mail that is not for our domains.</summary>
    public const string MxRouteName = "mx";

    private readonly FrozenDictionary<string, Route> _routes;
    private readonly DomainTable _domains;
    private readonly Route _default;
    private readonly Route? _bounce;
    private readonly Route _postmaster;

    private RouteTable(FrozenDictionary<string, Route> routes, DomainTable domains, Route defaultRoute, Route? bounce, string postmasterDomain)
    {
        _routes = routes;
        _domains = domains;
        _default = defaultRoute;
        _bounce = bounce;
        _postmaster = ByDomain(postmasterDomain, isNullSender: false);
    }

    /// <summary>All routes by name, the built-in one included.</summary>
    public IReadOnlyDictionary<string, Route> Routes => _routes;

    /// <summary>Our domains.</summary>
    public DomainTable Domains => _domains;

    /// <summary>Checks the configuration and makes the table.</summary>
    /// <param name="routes">The configured routes by name.</param>
    /// <param name="domains">Our domains, each with the name of its route.</param>
    /// <param name="common">Settings for all routes.</param>
    /// <param name="certificates">Finds a client certificate by its name.</param>
    /// <param name="errors">Takes one sentence for each mistake.</param>
    /// <returns>The table; <c>null</c> when there is a mistake.</returns>
    public static RouteTable? Create(
        IReadOnlyDictionary<string, RouteOptions> routes, DomainTable domains, DeliveryOptions common, Func<string, SslStreamCertificateContext?> certificates, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(domains);
        ArgumentNullException.ThrowIfNull(common);
        ArgumentNullException.ThrowIfNull(errors);
        int before = errors.Count;
        common.Check(errors);
        RouteFactory factory = new(common, certificates, errors);
        Dictionary<string, Route> made = new(StringComparer.Ordinal);
        foreach ((string name, RouteOptions options) in routes) made[name] = factory.Create(name, options);
        if (!made.ContainsKey(MxRouteName)) made[MxRouteName] = factory.Create(MxRouteName, new RouteOptions());

        foreach (DomainEntry domain in domains.Entries)
            if (!made.ContainsKey(domain.Route)) errors.Add($"Domains:{domain.Name}:Route: there is no route '{domain.Route}'.");
        Route? defaultRoute = Named("DefaultRoute", common.DefaultRoute, made, errors);
        Route? bounce = common.BounceRoute is null ? null : Named("BounceRoute", common.BounceRoute, made, errors);
        return errors.Count == before
            ? new RouteTable(made.ToFrozenDictionary(StringComparer.Ordinal), domains, defaultRoute!, bounce, common.Postmaster.DomainALabel)
            : null;
    }

    /// <summary>The route of one recipient.</summary>
    /// <param name="recipient">The forward-path.</param>
    /// <param name="isNullSender">Whether the reverse-path is null: such mail to domains that are not ours may have a route of its own.</param>
    public Route Find(MailPath recipient, bool isNullSender)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        // RFC 5321 §4.1.1.3: <postmaster> without a domain is ours; it takes the way of the configured Postmaster.
        return recipient.DomainALabel.Length == 0 ? _postmaster : ByDomain(recipient.DomainALabel, isNullSender);
    }

    private Route ByDomain(string domain, bool isNullSender)
    {
        if (_domains.Find(domain) is { } ours) return _routes[ours.Route];
        return isNullSender && _bounce is not null ? _bounce : _default;
    }

    private static Route? Named(string path, string name, Dictionary<string, Route> routes, ICollection<string> errors)
    {
        if (routes.TryGetValue(name, out Route? route)) return route;
        errors.Add($"{path}: there is no route '{name}'.");
        return null;
    }
}
