using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Sessions;

/// <summary>What a reload replaces as a whole. A session keeps the one that it began with.</summary>
/// <param name="Pipeline">The filters.</param>
/// <param name="Domains">Our domains.</param>
/// <param name="RelayNetworks">Clients that may relay on every listener.</param>
/// <param name="Hostname">Our name in greeting and Received fields (RFC 5321 §4.3.1).</param>
/// <param name="Postmaster">Where mail for every postmaster goes (RFC 5321 §4.5.1).</param>
/// <param name="OwnNames">Further names of this host, lower-case A-labels: <c>postmaster@</c> them is taken too.</param>
/// <param name="AuthservId">Name in Authentication-Results fields (RFC 8601 §2.5).</param>
public sealed record SessionSnapshot(
    FilterPipeline Pipeline,
    DomainTable Domains,
    NetworkSet RelayNetworks,
    string Hostname,
    MailPath Postmaster,
    IReadOnlySet<string> OwnNames,
    string AuthservId)
{
    /// <summary>The access rules.</summary>
    public AccessTable Access { get; init; } = AccessTable.Empty;

    /// <summary>What the ways of mail can carry. Default: nothing is known of any.</summary>
    public IRouteAbilities Routes { get; init; } = FixedRouteAbilities.Unknown;

    /// <summary>How the names of clients are looked up.</summary>
    public ClientNameOptions ClientNames { get; init; } = new();
}
