using System.Buffers.Binary;
using System.Net;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>Version 2, binary (PROXY protocol §2.2).</summary>
internal static class ProxyV2Parser
{
    /// <summary>Signature, version and command, family, length.</summary>
    public const int FixedBytes = 16;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyParseResult Parse(ReadOnlySpan<byte> input, out ProxyHeader? header, out int consumed)
    {
        header = null;
        consumed = 0;
        int known = Math.Min(input.Length, Signature.Length);
        if (!Signature.StartsWith(input[..known])) return ProxyParseResult.Bad;
        if (input.Length < FixedBytes) return ProxyParseResult.NeedMore;
        int length = BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        if (input[12] is not (0x20 or 0x21) || length > ProxyHeaderParser.V2PayloadBytesMax) return ProxyParseResult.Bad;
        if (input.Length < FixedBytes + length) return ProxyParseResult.NeedMore;

        ReadOnlySpan<byte> whole = input[..(FixedBytes + length)];
        ReadOnlySpan<byte> payload = whole[FixedBytes..];
        // §2.2: a receiver of LOCAL uses the connection's own addresses and skips the block, whatever family it names.
        header = input[12] == 0x20 ? new ProxyHeader { Version = 2, Kind = ProxyKind.Local } : ParseProxied(input[13], payload, whole);
        if (header is null) return ProxyParseResult.Bad;
        consumed = whole.Length;
        return ProxyParseResult.Ok;
    }

    private static ProxyHeader? ParseProxied(byte family, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> whole)
    {
        ProxyHeader header = new() { Version = 2, Kind = ProxyKind.Unknown };
        int addressBytes;
        switch (family)
        {
            case 0x00:
                // §2.2: for AF_UNSPEC no address block is defined, so no TLV can be found either.
                return header;
            case 0x11:
                addressBytes = 12;
                break;
            case 0x21:
                addressBytes = 36;
                break;
            case 0x31:
                addressBytes = 216;
                break;
            default:
                // Datagrams carry no SMTP, and other values are unassigned: §2.2 lets a receiver reject them.
                return null;
        }

        if (payload.Length < addressBytes) return null;
        if (family != 0x31)
        {
            int size = (addressBytes - 4) / 2;
            header = header with
            {
                Kind = ProxyKind.Tcp,
                Source = new IPEndPoint(new IPAddress(payload[..size]), BinaryPrimitives.ReadUInt16BigEndian(payload[(2 * size)..])),
                Destination = new IPEndPoint(
                    new IPAddress(payload.Slice(size, size)), BinaryPrimitives.ReadUInt16BigEndian(payload[((2 * size) + 2)..])),
            };
        }

        return ProxyTlvReader.Read(header, payload[addressBytes..], whole);
    }
}
