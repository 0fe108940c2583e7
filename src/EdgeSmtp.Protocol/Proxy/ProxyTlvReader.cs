using System.Buffers.Binary;
using System.Text;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>Reads the TLVs behind the addresses (PROXY protocol §2.2). Types not known are skipped.</summary>
internal static class ProxyTlvReader
{
    /// <summary>§2.2.5: a unique id is at most 128 bytes.</summary>
    private const int UniqueIdBytesMax = 128;

    /// <summary>Type and length.</summary>
    private const int TlvPrefixBytes = 3;

    /// <summary>Client byte and verify word of PP2_TYPE_SSL.</summary>
    private const int SslPrefixBytes = 5;

    /// <returns>The header with what the TLVs tell, or null when they overrun, are malformed, or the checksum is wrong.</returns>
    public static ProxyHeader? Read(ProxyHeader header, ReadOnlySpan<byte> tlvs, ReadOnlySpan<byte> whole)
    {
        while (!tlvs.IsEmpty)
        {
            if (!TryNext(ref tlvs, out byte type, out ReadOnlySpan<byte> value)) return null;
            switch (type)
            {
                case ProxyTlvType.Crc32C:
                    if (value.Length != 4 || !IsChecksumGood(whole, whole.Length - tlvs.Length - 4)) return null;
                    break;
                case ProxyTlvType.UniqueId:
                    if (value.Length > UniqueIdBytesMax) return null;
                    header = header with { UniqueId = value.ToArray() };
                    break;
                case ProxyTlvType.Authority:
                    header = header with { Authority = Printable(value) };
                    break;
                case ProxyTlvType.Ssl:
                    ProxyTls? tls = ReadTls(value);
                    if (tls is null) return null;
                    header = header with { Tls = tls };
                    break;
            }
        }

        return header;
    }

    private static bool TryNext(ref ReadOnlySpan<byte> tlvs, out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (tlvs.Length < TlvPrefixBytes) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(tlvs[1..]);
        if (length > tlvs.Length - TlvPrefixBytes) return false;
        type = tlvs[0];
        value = tlvs.Slice(TlvPrefixBytes, length);
        tlvs = tlvs[(TlvPrefixBytes + length)..];
        return true;
    }

    /// <summary>§2.2.3: the checksum runs over the whole header with its own four bytes as zeros.</summary>
    private static bool IsChecksumGood(ReadOnlySpan<byte> whole, int at)
    {
        uint crc = Crc32C.Append(Crc32C.Seed, whole[..at]);
        crc = Crc32C.Append(crc, [0, 0, 0, 0]);
        crc = ~Crc32C.Append(crc, whole[(at + 4)..]);
        return crc == BinaryPrimitives.ReadUInt32BigEndian(whole[at..]);
    }

    private static ProxyTls? ReadTls(ReadOnlySpan<byte> value)
    {
        if (value.Length < SslPrefixBytes) return null;
        byte client = value[0];
        bool verified = BinaryPrimitives.ReadUInt32BigEndian(value[1..]) == 0;
        ReadOnlySpan<byte> rest = value[SslPrefixBytes..];
        string version = string.Empty, commonName = string.Empty, cipher = string.Empty;
        while (!rest.IsEmpty)
        {
            if (!TryNext(ref rest, out byte type, out ReadOnlySpan<byte> text)) return null;
            if (type == ProxyTlvType.SslVersion) version = Printable(text);
            else if (type == ProxyTlvType.SslCommonName) commonName = Printable(text);
            else if (type == ProxyTlvType.SslCipher) cipher = Printable(text);
        }

        // §2.2.7: bit 0 says TLS, bits 1 and 2 a certificate in this connection or in the TLS session; verify means something only with a certificate.
        bool certificate = (client & 0x06) != 0;
        return new ProxyTls((client & 0x01) != 0, certificate, certificate && verified, version, commonName, cipher);
    }

    /// <summary>These go to logs and metrics of ours, though a client chose some of them.</summary>
    private static string Printable(ReadOnlySpan<byte> text) => PrintableText.WithoutControls(Encoding.UTF8.GetString(text));
}
