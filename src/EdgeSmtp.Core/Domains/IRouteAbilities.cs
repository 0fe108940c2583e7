using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Domains;

/// <summary>Knows what the ways of mail can carry, so that a session refuses what could only come back.</summary>
public interface IRouteAbilities
{
    /// <summary>What the way of a recipient's mail can carry. Thread-safe; never blocks.</summary>
    /// <param name="recipient">The forward-path.</param>
    RouteAbilities Find(MailPath recipient);
}
