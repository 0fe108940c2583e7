namespace EdgeSmtp.Protocol.Proxy;

/// <summary>The TLV types that are read (PROXY protocol §2.2).</summary>
internal static class ProxyTlvType
{
    public const byte Authority = 0x02;
    public const byte Crc32C = 0x03;
    public const byte UniqueId = 0x05;
    public const byte Ssl = 0x20;
    public const byte SslVersion = 0x21;
    public const byte SslCommonName = 0x22;
    public const byte SslCipher = 0x23;
}
