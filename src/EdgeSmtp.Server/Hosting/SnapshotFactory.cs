using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Makes what sessions run with out of a checked configuration.</summary>
/// <param name="pipelines">Builds the filters.</param>
internal sealed class SnapshotFactory(PipelineBuilder pipelines)
{
    /// <summary>Makes the snapshot.</summary>
    /// <param name="loaded">A valid configuration; takes what the builder finds wrong.</param>
    /// <returns>The snapshot, or <c>null</c> when the filters do not fit together.</returns>
    public SessionSnapshot? Create(LoadedConfiguration loaded)
    {
        ServerOptions options = loaded.Options!;
        List<string> errors = [];
        FilterPipeline? pipeline = pipelines.Build(loaded.Filters!.Steps, loaded.Filters.Profiles, errors);
        foreach (string error in errors)
        {
            string[] parts = error.Split(": ", 2);
            string path = parts[0].StartsWith($"{nameof(options.Profiles)}:", StringComparison.Ordinal) ? parts[0] : $"{nameof(options.Filters)}:{parts[0]}";
            loaded.Problems.Error(loaded.Root!.Nearest(path.Split(':')).Location, path, parts[^1]);
        }

        if (pipeline is null)
        {
            return null;
        }

        string hostname = DomainName.ToALabel(options.Hostname!)!;
        return new SessionSnapshot(
            pipeline,
            new DomainTable(options.Domains.Select(static domain => Entry(DomainCheck.Canonical(domain.Key)!, domain.Value))),
            new NetworkSet(options.RelayNetworks),
            hostname,
            IdentityCheck.Path(options.Postmaster!)!,
            options.OwnNames.Select(static name => DomainName.ToALabel(name)!).Append(hostname).ToHashSet(StringComparer.Ordinal),
            options.AuthservId ?? hostname);
    }

    private static DomainEntry Entry(string name, DomainOptions options) => new(name, options.Recipients!.CreateSource(name), options.Route!, options.RecipientDelimiter);
}
