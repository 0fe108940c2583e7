using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>What the routes of recipients can carry: what is configured first, then what the transport is, then what its hop offered last.</summary>
/// <param name="routes">The routes.</param>
/// <param name="offers">What hops offered.</param>
public sealed class RecipientRoutes(RouteTable routes, HopOffers offers) : IRouteAbilities
{
    /// <inheritdoc />
    public RouteAbilities Find(MailPath recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        Route route = routes.Find(recipient, isNullSender: false);
        RouteAbilities found = route.Transport switch
        {
            // A Maildir takes bytes as they are.
            TransportKind.Maildir or TransportKind.Discard => new RouteAbilities(Ability.Yes, Ability.Yes),
            // Addresses of QMTP are bytes; its codings are about lines, which binary content does not have.
            TransportKind.Qmtp => new RouteAbilities(Ability.Yes, Ability.No),
            _ => offers.Find(route, route.UsesMx ? recipient.DomainALabel : string.Empty),
        };
        return new RouteAbilities(Choose(route.Options.SmtpUtf8, found.SmtpUtf8), Choose(route.Options.BinaryMime, found.BinaryMime));
    }

    private static Ability Choose(bool? configured, Ability found) => configured is null ? found : configured.Value ? Ability.Yes : Ability.No;
}
