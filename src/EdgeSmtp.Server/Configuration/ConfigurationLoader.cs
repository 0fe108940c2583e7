using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Server.Configuration.Filters;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.PlugIns;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Configuration;

/// <summary>Reads, binds and checks the configuration, at start and at each reload.</summary>
/// <param name="builtIn">The types of filters that the program brings.</param>
/// <param name="file">The file; <c>null</c> for the embedded default.</param>
/// <param name="dataDirectory">Replaces the data directory of the embedded default.</param>
internal sealed class ConfigurationLoader(FilterRegistry builtIn, string? file, string? dataDirectory = null)
{
    private static readonly IConfigurationCheck[] Checks =
    [
        new IdentityCheck(), new DataDirectoryCheck(), new ListenerCheck(), new RelayCheck(), new CertificateCheck(), new AccessCheck(), new DomainCheck(), new DomainFileCheck(),
        new RouteCheck(), new QueueCheck(),
    ];

    /// <summary>The plug-ins, which outlive each single configuration.</summary>
    public PlugInFolder PlugIns { get; } = new(builtIn);

    /// <summary>Reads the files.</summary>
    /// <returns>What they hold, and everything that is wrong with it.</returns>
    public LoadedConfiguration Load()
    {
        ConfigProblems problems = new();
        (ConfigObject? root, IReadOnlyList<string> files) = Read(problems);
        if (root is null)
        {
            return new LoadedConfiguration(problems, files);
        }

        ServerOptions options = new ConfigBinder(problems).Bind<ServerOptions>(root);
        foreach ((string name, Sessions.ListenerOptions listener) in options.Listeners)
        {
            listener.Named(name);
        }

        options = ConfigurationPaths.Resolve(options, file is null ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(file))!);
        CheckContext context = new(options, root, problems, file is null);
        foreach (IConfigurationCheck check in Checks)
        {
            check.Check(context);
        }

        AccessLoader access = new(options, problems);
        AccessTable rules = access.Load(options.AccessRules, root);
        PlugInSet plugIns = PlugIns.Load(options.PlugInFolder);
        FilterPlan plan = new FilterPlanner(plugIns.Registry, root, problems).Plan(options, access.Drafts);
        RecipientFilterCheck.Check(context, plan);
        LoginCheck.Check(context, plan);
        plugIns.Report(problems, root.Nearest(nameof(ServerOptions.PlugInFolder)));
        IEnumerable<string?> lists = [.. options.AccessRules.Values.Select(static rule => rule.File), .. options.DomainFiles.Values.Select(static list => list.Path)];
        return new LoadedConfiguration(problems, [.. files, .. lists.OfType<string>(), .. plugIns.Files])
        {
            Root = root,
            Options = options,
            Filters = plan,
            Access = rules,
            PlugIns = plugIns,
            IsEmbedded = file is null,
        };
    }

    private (ConfigObject? Root, IReadOnlyList<string> Files) Read(ConfigProblems problems)
    {
        if (file is null)
        {
            ConfigObject? root = new JsonConfigReader(problems, EmbeddedConfiguration.Variables(dataDirectory)).Read(EmbeddedConfiguration.Name, EmbeddedConfiguration.Read());
            return (root is null ? null : WithOwnDomain(root), []);
        }

        ConfigFiles files = new(problems, EnvironmentVariables.Process);
        return (files.Load(file), files.Read);
    }

    /// <summary>The host's own name is a key in the embedded default, and keys take no variables.</summary>
    private static ConfigObject WithOwnDomain(ConfigObject root)
    {
        ConfigObject domains = (ConfigObject)root.Members[nameof(ServerOptions.Domains)];
        domains.Members.TryAdd(((ConfigScalar)root.Members[nameof(ServerOptions.Hostname)]).Text, domains.Members["localhost"]);
        return root;
    }
}
