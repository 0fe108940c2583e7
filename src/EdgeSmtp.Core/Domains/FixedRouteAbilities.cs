using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Domains;

/// <summary>The same for every recipient.</summary>
/// <param name="abilities">What is answered.</param>
public sealed class FixedRouteAbilities(RouteAbilities abilities) : IRouteAbilities
{
    /// <summary>Nothing is known of any way.</summary>
    public static FixedRouteAbilities Unknown { get; } = new(default);

    /// <inheritdoc />
    public RouteAbilities Find(MailPath recipient) => abilities;
}
