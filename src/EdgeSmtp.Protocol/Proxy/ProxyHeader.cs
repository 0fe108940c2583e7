using System.Net;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>A PROXY header (haproxy.org, PROXY protocol versions 1 and 2).</summary>
public sealed record ProxyHeader
{
    /// <summary>1 or 2.</summary>
    public required byte Version { get; init; }

    /// <summary>On whose behalf the proxy connected.</summary>
    public required ProxyKind Kind { get; init; }

    /// <summary>The client; set when <see cref="Kind"/> is <see cref="ProxyKind.Tcp"/>. An IPv4-mapped address is given as it came.</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>The address that the client connected to; set when <see cref="Kind"/> is <see cref="ProxyKind.Tcp"/>.</summary>
    public IPEndPoint? Destination { get; init; }

    /// <summary>The proxy's id of the connection (PP2_TYPE_UNIQUE_ID), at most 128 opaque bytes; empty when not told.</summary>
    public ReadOnlyMemory<byte> UniqueId { get; init; }

    /// <summary>The host name that the client asked for, from SNI (PP2_TYPE_AUTHORITY); printable, empty when not told.</summary>
    public string Authority { get; init; } = string.Empty;

    /// <summary>What the proxy tells about TLS; null when not told.</summary>
    public ProxyTls? Tls { get; init; }
}
