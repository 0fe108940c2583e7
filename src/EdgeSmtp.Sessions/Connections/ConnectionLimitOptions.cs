using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>How many connections may be open at once, over all listeners. Rates are the business of a filter.</summary>
public sealed class ConnectionLimitOptions
{
    /// <summary>Open connections in all. One more gets 421 4.7.0 on plain SMTP and is closed elsewhere.</summary>
    /// <value>1 to 1,000,000. Default 10,000: twice what the design asks of small hardware, some 50 MB idle in clear and 350 MB under TLS.</value>
    [Range(1, 1_000_000)]
    public int ConnectionsMax { get; set; } = 10_000;

    /// <summary>Open connections from one address, behind proxies the client's own. One more is refused in the same way.</summary>
    /// <value>1 to 1,000,000. Default 50, as Postfix's smtpd_client_connection_count_limit.</value>
    [Range(1, 1_000_000)]
    public int ConnectionsPerAddressMax { get; set; } = 50;

    /// <summary>Open connections from one network: /24 for IPv4, /64 for IPv6. One more is refused in the same way.</summary>
    /// <value>1 to 1,000,000. Default 200: four addresses at their limit.</value>
    [Range(1, 1_000_000)]
    public int ConnectionsPerNetworkMax { get; set; } = 200;

    /// <summary>How long a proxy may take to send its header. Then the connection is closed without a reply.</summary>
    /// <value>100 ms to 1 minute. Default 3 s, the least that the PROXY protocol's §2 asks for.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProxyHeaderTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
