using System.Net;

namespace EdgeSmtp.Client.Net;

/// <summary>How to reach a host.</summary>
public sealed record DialOptions
{
    /// <summary>The defaults.</summary>
    public static DialOptions Default { get; } = new();

    /// <summary>Time for one address to answer.</summary>
    /// <value>Default 30 s. RFC 5321 §4.5.3.2 names none; the next address is tried afterwards.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Address of ours to connect from over IPv4; <c>null</c> leaves it to the system.</summary>
    public IPAddress? SourceAddressV4 { get; init; }

    /// <summary>Address of ours to connect from over IPv6; <c>null</c> leaves it to the system.</summary>
    public IPAddress? SourceAddressV6 { get; init; }
}
