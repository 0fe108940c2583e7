using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Delivery.Scheduling;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>Makes routes from their configuration and collects what is wrong with it.</summary>
/// <param name="common">Settings for all routes.</param>
/// <param name="certificates">Finds a client certificate by its name; <c>null</c> when there is none of that name.</param>
/// <param name="errors">Takes one sentence for each mistake, with its path in the configuration.</param>
internal sealed class RouteFactory(DeliveryOptions common, Func<string, SslStreamCertificateContext?> certificates, ICollection<string> errors)
{
    private const int SmtpPort = 25;
    private const int LmtpPort = 24;
    private const int QmtpPort = 209;
    private const int ConcurrencyMax = 65_535;

    /// <summary>Makes one route. With errors the route must not be used.</summary>
    public Route Create(string name, RouteOptions options)
    {
        string path = $"Routes:{name}";
        List<NextHop> hops = ReadHops(path, options);
        CheckNumbers(path, options);
        CheckTransport(path, options, hops.Count);
        return new Route(name, options, hops, SmtpOptions(path, options), QmtpOptions(path, options), Schedule(options), common);
    }

    private List<NextHop> ReadHops(string path, RouteOptions options)
    {
        int port = options.Transport switch { TransportKind.Lmtp => LmtpPort, TransportKind.Qmtp => QmtpPort, _ => SmtpPort };
        List<NextHop> hops = [];
        for (int i = 0; i < options.NextHop.Count; i++)
        {
            if (NextHop.Parse(options.NextHop[i], port) is { } hop) hops.Add(hop);
            else errors.Add($"{path}:NextHop:{i}: '{options.NextHop[i]}' is not host, host:port, [IPv6]:port or unix:/path.");
        }

        return hops;
    }

    private void CheckTransport(string path, RouteOptions options, int hops)
    {
        bool needsHop = options.Transport is TransportKind.Lmtp or TransportKind.Qmtp;
        bool takesHop = needsHop || options.Transport == TransportKind.Smtp;
        if (needsHop && hops == 0) errors.Add($"{path}:NextHop: a route with {options.Transport} needs a next hop.");
        if (!takesHop && hops > 0) errors.Add($"{path}:NextHop: {options.Transport} has no next hop.");
        bool tlsRequired = options.Tls is ClientTlsMode.Require or ClientTlsMode.RequireVerified;
        if (options.Transport == TransportKind.Qmtp && tlsRequired && !options.ImplicitTls) errors.Add($"{path}:Tls: QMTP has no STARTTLS; set ImplicitTls.");
    }

    private void CheckNumbers(string path, RouteOptions options)
    {
        if (options.Concurrency is < 1 or > ConcurrencyMax) errors.Add($"{path}:Concurrency: must be 1 to {ConcurrencyMax}.");
        if (options.RecipientsPerTransactionMax is < 1) errors.Add($"{path}:RecipientsPerTransactionMax: must be at least 1.");
        if (options.MxPort is < 1 or > 65535) errors.Add($"{path}:MxPort: must be 1 to 65535.");
        foreach (TimeSpan delay in options.RetryDelays)
        {
            if (delay > TimeSpan.Zero) continue;
            errors.Add($"{path}:RetryDelays: every delay must be above zero.");
            break;
        }

        if (options.Transport == TransportKind.Maildir && !options.Path.Contains("{local}", StringComparison.Ordinal))
            errors.Add($"{path}:Path: must contain {{local}}, or all recipients share one Maildir.");
    }

    private SmtpClientOptions SmtpOptions(string path, RouteOptions options) => new()
    {
        HelloName = options.HelloName ?? common.Hostname,
        Protocol = options.Transport == TransportKind.Lmtp ? ClientProtocol.Lmtp : ClientProtocol.Smtp,
        Dial = Dial(options),
        Tls = Tls(path, options),
        Timeouts = common.Timeouts,
        Pipelining = options.Pipelining,
        Chunking = options.Chunking,
        EightBit = options.EightBitPolicy,
    };

    private QmtpClientOptions QmtpOptions(string path, RouteOptions options) => new()
    {
        Dial = Dial(options),
        Tls = options.Transport == TransportKind.Qmtp ? Tls(path, options) : new ClientTlsOptions { Mode = ClientTlsMode.None },
        BlockTimeout = common.Timeouts.DataBlock,
        ReplyTimeout = common.Timeouts.DataTermination,
    };

    private DialOptions Dial(RouteOptions options)
    {
        DialOptions dial = new() { ConnectTimeout = common.ConnectTimeout };
        foreach (IPAddress source in options.SourceAddresses)
            dial = source.AddressFamily == AddressFamily.InterNetworkV6 ? dial with { SourceAddressV6 = source } : dial with { SourceAddressV4 = source };
        return dial;
    }

    private ClientTlsOptions Tls(string path, RouteOptions options)
    {
        SslStreamCertificateContext? certificate = null;
        if (options.Certificate is { } name && (certificate = certificates(name)) is null) errors.Add($"{path}:Certificate: there is no certificate '{name}'.");
        return new ClientTlsOptions { Mode = options.Tls, Implicit = options.ImplicitTls, ServerName = options.TlsServerName, ClientCertificate = certificate };
    }

    private RetrySchedule Schedule(RouteOptions options)
    {
        if (options.RetryDelays.Count > 0) return RetrySchedule.FromDelays(options.RetryDelays);
        if (common.RetryDelays.Count > 0) return RetrySchedule.FromDelays(common.RetryDelays);
        return options.Transport is TransportKind.Maildir or TransportKind.Lmtp ? RetrySchedule.QuadraticLocal : RetrySchedule.QuadraticRemote;
    }
}
