using System.Net;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>One named route, as configured.</summary>
public sealed record RouteOptions
{
    /// <summary>How messages are handed over.</summary>
    /// <value>Default <see cref="TransportKind.Smtp"/>.</value>
    public TransportKind Transport { get; set; }

    /// <summary>
    /// Where to: <c>host</c>, <c>host:port</c>, <c>[IPv6]:port</c>, or <c>unix:/path</c> (LMTP), tried in this order. Hosts are looked up as addresses, never as mail exchangers.
    /// Empty with SMTP: the recipient domain's mail exchangers.
    /// </summary>
    public IReadOnlyList<string> NextHop { get; set; } = [];

    /// <summary>TLS towards the next hop; <c>Require</c> and <c>RequireVerified</c> never fall back.</summary>
    /// <value>Default opportunistic.</value>
    public ClientTlsMode Tls { get; set; }

    /// <summary>Whether TLS begins with the first byte.</summary>
    public bool ImplicitTls { get; set; }

    /// <summary>Name that the certificate must be valid for and that is sent as SNI; <c>null</c>: the name of the host.</summary>
    public string? TlsServerName { get; set; }

    /// <summary>Name of the certificate (of the map <c>Certificates</c>) shown when the server asks for one.</summary>
    public string? Certificate { get; set; }

    /// <summary>Whether permanent failures are treated as temporary, while a route is being set up.</summary>
    public bool SoftBounce { get; set; }

    /// <summary>Transactions at once to one destination; 1 to 65,535. <c>null</c>: <see cref="DeliveryOptions.PerDestinationConcurrencyMax"/>.</summary>
    public int? Concurrency { get; set; }

    /// <summary>Recipients in one transaction; at least 1. <c>null</c>: <see cref="DeliveryOptions.RecipientsPerTransactionMax"/>. 1 for QMTP servers that send one reply for all.</summary>
    public int? RecipientsPerTransactionMax { get; set; }

    /// <summary>Maildir: path with <c>{DataDirectory}</c>, <c>{domain}</c> and <c>{local}</c>; the last two are encoded, so that no recipient can leave the folder.</summary>
    /// <value>Default <c>{DataDirectory}/maildirs/{domain}/{local}</c>.</value>
    public string Path { get; set; } = "{DataDirectory}/maildirs/{domain}/{local}";

    /// <summary>What becomes of 8-bit content when the next hop lacks 8BITMIME.</summary>
    public EightBitPolicy EightBitPolicy { get; set; }

    /// <summary>Whether PIPELINING is used when offered.</summary>
    public bool Pipelining { get; set; } = true;

    /// <summary>Whether CHUNKING is used when offered.</summary>
    public bool Chunking { get; set; } = true;

    /// <summary>Whether the next hop takes SMTPUTF8: where it does not, recipients that need it are refused at RCPT. <c>null</c>, the default: as the transport is, or as the next hop said within the last hour.</summary>
    public bool? SmtpUtf8 { get; set; }

    /// <summary>The same for BINARYMIME, which is refused at RCPT unless the next hop is known to take it.</summary>
    public bool? BinaryMime { get; set; }

    /// <summary>Our name in EHLO; <c>null</c>: <see cref="DeliveryOptions.Hostname"/>.</summary>
    public string? HelloName { get; set; }

    /// <summary>Address of ours to connect from, one of each family at most.</summary>
    public IReadOnlyList<IPAddress> SourceAddresses { get; set; } = [];

    /// <summary>Whether mail exchangers may lie in loopback, private and other special networks.</summary>
    public bool AllowPrivateTargets { get; set; }

    /// <summary>Port of mail exchangers; for tests.</summary>
    /// <value>Default 25.</value>
    public int MxPort { get; set; } = 25;

    /// <summary>Delays between attempts, the last one repeated; empty: qmail's quadratic schedule.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; set; } = [];
}
