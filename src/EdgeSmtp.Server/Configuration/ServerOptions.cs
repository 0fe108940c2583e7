using System.Net;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Dns;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Quarantine;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Server.Http;
using EdgeSmtp.Server.Logging;
using EdgeSmtp.Server.Tracing;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Pending;

namespace EdgeSmtp.Server.Configuration;

/// <summary>The whole configuration file.</summary>
internal sealed record ServerOptions
{
    /// <summary>Our name in greetings, EHLO, Received fields and reports: a fully qualified domain name whose address is ours (RFC 5321 §2.3.5). Required.</summary>
    public string? Hostname { get; init; }

    /// <summary>Folder of the queue, the admin socket and relative Maildir paths; only the server's user may enter it (0700). Relative to the configuration file. Required.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where mail for <c>postmaster</c> of every domain goes, and double bounces (RFC 5321 §4.5.1). Required.</summary>
    public string? Postmaster { get; init; }

    /// <summary>Further names of this host: <c>postmaster@</c> them is taken, and MX records that name them are ours. Default none.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    /// <summary>Name in Authentication-Results fields (RFC 8601 §2.5). Default the host name.</summary>
    public string? AuthservId { get; init; }

    /// <summary>Where connections come in, by name. A change of address, protocol or TLS needs a restart.</summary>
    public IReadOnlyDictionary<string, ListenerOptions> Listeners { get; init; } = new Dictionary<string, ListenerOptions>();

    /// <summary>Certificates by name, chosen by listener and by SNI. Files are read again when they change.</summary>
    public IReadOnlyDictionary<string, CertificateOptions> Certificates { get; init; } = new Dictionary<string, CertificateOptions>();

    /// <summary>Metrics and health for machines that watch.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>Clients that may relay on every listener. Default nobody, loopback included.</summary>
    public IReadOnlyList<IPNetwork> RelayNetworks { get; init; } = [];

    /// <summary>Rules about clients, by name; a listener names the one that it follows.</summary>
    public IReadOnlyDictionary<string, AccessRulesOptions> AccessRules { get; init; } = new Dictionary<string, AccessRulesOptions>();

    /// <summary>How the names of clients are looked up.</summary>
    public ClientNameOptions ClientNames { get; init; } = new();

    /// <summary>How many connections may be open at once.</summary>
    public ConnectionLimitOptions Limits { get; init; } = new();

    /// <summary>Our domains by name; a name with a leading dot stands for all subdomains.</summary>
    public IReadOnlyDictionary<string, DomainOptions> Domains { get; init; } = new Dictionary<string, DomainOptions>();

    /// <summary>Files with more of our domains, by name: for many that are treated alike. What <see cref="Domains"/> names is as it says there.</summary>
    public IReadOnlyDictionary<string, DomainFileOptions> DomainFiles { get; init; } = new Dictionary<string, DomainFileOptions>();

    /// <summary>Ways that mail takes out, by name.</summary>
    public IReadOnlyDictionary<string, RouteOptions> Routes { get; init; } = new Dictionary<string, RouteOptions>();

    /// <summary>Name in <c>Routes</c> of the way for domains that are not ours: mail of relay clients, and bounces. <c>null</c>, the default, is <c>mx</c>: the MX records of the domain.</summary>
    public string? DefaultRoute { get; init; }

    /// <summary>Name in <c>Routes</c> of the way for our own reports. <c>null</c>, the default, is the way of their recipient's domain.</summary>
    public string? BounceRoute { get; init; }

    /// <summary>How messages are delivered, over all routes.</summary>
    public DeliveryOptions Delivery { get; init; } = Activator.CreateInstance<DeliveryOptions>();

    /// <summary>The durable queue, in <c>queue</c> below the data directory.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>Messages that filters quarantined.</summary>
    public QuarantineOptions Quarantine { get; init; } = new();

    /// <summary>Committed messages that wait for filters which were too busy.</summary>
    public PendingOptions Pending { get; init; } = new();

    /// <summary>The memory in which messages lie until they are committed.</summary>
    public StagingOptions Staging { get; init; } = new();

    /// <summary>How names are looked up.</summary>
    public DnsOptions Dns { get; init; } = new();

    /// <summary>What is logged.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Where traces of transactions go.</summary>
    public TracingOptions Tracing { get; init; } = new();

    /// <summary>How the server stops.</summary>
    public DrainOptions Drain { get; init; } = new();

    /// <summary>Names of filters and groups in the order in which they run.</summary>
    public IReadOnlyList<string> FilterOrder { get; init; } = [];

    /// <summary>Filters and groups by name. <c>Type</c> says which; driver keys and the options of that type stand beside it.</summary>
    public IReadOnlyDictionary<string, ConfigObject> Filters { get; init; } = new Dictionary<string, ConfigObject>();

    /// <summary>Folder of plug-ins, one sub-folder for each; what they bring is named by <c>Type</c> as built-in filters are. Relative to the configuration file. Default none.</summary>
    public string? PlugInFolder { get; init; }

    /// <summary>Named variants: for each profile, options that replace those of a filter.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ConfigObject>> Profiles { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, ConfigObject>>();
}
