namespace EdgeSmtp.Protocol.Proxy;

/// <summary>On whose behalf a proxy connected.</summary>
public enum ProxyKind : byte
{
    /// <summary>Its own (v2 LOCAL): a health check. The connection's own addresses hold.</summary>
    Local,

    /// <summary>A client that it does not name (v1 UNKNOWN, v2 AF_UNSPEC or AF_UNIX). The connection's own addresses hold.</summary>
    Unknown,

    /// <summary>A TCP client, whose addresses are in the header.</summary>
    Tcp,
}
