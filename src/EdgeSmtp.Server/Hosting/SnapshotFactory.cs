using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Makes what sessions and deliveries run with out of a checked configuration.</summary>
/// <param name="pipelines">Builds the filters.</param>
/// <param name="offers">What next hops offered.</param>
internal sealed class SnapshotFactory(PipelineBuilder pipelines, HopOffers offers)
{
    /// <summary>Makes the snapshot.</summary>
    /// <param name="loaded">A valid configuration; takes what the parts find wrong.</param>
    /// <returns>The snapshot, or <c>null</c> when there are errors.</returns>
    public ServerSnapshot? Create(LoadedConfiguration loaded)
    {
        ServerOptions options = loaded.Options!;
        List<string> errors = [];
        DomainTable domains = DomainFiles.Read(options, Entry, errors);
        loaded.AddErrors(errors);
        errors.Clear();
        DeliverySnapshot? delivery = CreateDelivery(loaded, domains);
        pipelines.Host = HostOf(options);
        FilterPipeline? pipeline = pipelines.Build(loaded.Filters!.Steps, loaded.Filters.Profiles, errors);
        if (pipeline is not null)
        {
            loaded.AddErrors(ProfileSplitCheck.Find(options, pipeline));
        }

        loaded.AddErrors(errors.Select(error =>
            error.StartsWith($"{nameof(options.Profiles)}:", StringComparison.Ordinal) ? error : $"{nameof(options.Filters)}:{error}"));
        if (pipeline is null || delivery is null || loaded.Problems.HasErrors)
        {
            // A pipeline that nobody ran has nothing to wait for.
            _ = pipeline?.DisposeAsync().AsTask();
            return null;
        }

        string hostname = delivery.Options.Hostname;
        SessionSnapshot session = new(
            pipeline,
            domains,
            new NetworkSet(options.RelayNetworks),
            hostname,
            delivery.Options.Postmaster,
            delivery.Options.OwnNames.Append(hostname).ToHashSet(StringComparer.Ordinal),
            options.AuthservId ?? hostname)
        {
            Access = loaded.Access,
            ClientNames = options.ClientNames,
            Routes = new RecipientRoutes(delivery.Routes, offers),
        };
        return new ServerSnapshot(session, delivery, loaded.PlugIns!, options.Drain);
    }

    private static FilterHost HostOf(ServerOptions options)
    {
        string hostname = DomainName.ToALabel(options.Hostname!)!;
        return new FilterHost
        {
            Hostname = hostname,
            OwnNames = [.. options.OwnNames.Select(static name => DomainName.ToALabel(name)!)],
            AuthservId = options.AuthservId ?? hostname,
            DataDirectory = options.DataDirectory,
        };
    }

    private static DomainEntry Entry(string name, DomainOptions options) => new(name, options.Recipients!.CreateSource(name), options.Route!, options.RecipientDelimiter)
    {
        Profile = options.Profile ?? string.Empty,
    };

    private static DeliverySnapshot? CreateDelivery(LoadedConfiguration loaded, DomainTable domains)
    {
        ServerOptions options = loaded.Options!;
        DeliveryOptions common = options.Delivery with
        {
            Hostname = DomainName.ToALabel(options.Hostname!)!,
            Postmaster = IdentityCheck.Path(options.Postmaster!)!,
            DataDirectory = options.DataDirectory!,
            OwnNames = [.. options.OwnNames.Select(static name => DomainName.ToALabel(name)!)],
            DefaultRoute = options.DefaultRoute ?? RouteTable.MxRouteName,
            BounceRoute = options.BounceRoute,
        };
        List<string> errors = [];
        RouteTable? routes = RouteTable.Create(options.Routes, domains, common, new ClientCertificates(options.Certificates).Find, errors);
        if (routes is not null)
        {
            errors.AddRange(RouteLoopCheck.Find(routes, OwnIdentities.Of(options)));
        }

        loaded.AddErrors(errors);
        return errors.Count == 0 && routes is not null ? new DeliverySnapshot(routes, common) : null;
    }
}
