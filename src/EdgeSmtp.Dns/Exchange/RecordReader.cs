using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>Turns records of the wire into ours.</summary>
internal static class RecordReader
{
    private const int SoaNumbersLength = 20;

    /// <summary>Reads a record of a type that can be asked for.</summary>
    /// <param name="message">The message.</param>
    /// <param name="wire">The record.</param>
    /// <param name="record">Our form; <c>null</c> when it names what can be no name.</param>
    /// <returns><c>false</c> when its data is not what its type has.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, in WireRecord wire, out DnsRecord? record)
    {
        TimeSpan ttl = TimeSpan.FromSeconds(wire.Ttl);
        ReadOnlySpan<byte> data = message.Slice(wire.Data, wire.Length);
        record = null;
        switch ((DnsRecordType)wire.Type)
        {
            case DnsRecordType.A when data.Length == 4:
            case DnsRecordType.Aaaa when data.Length == 16:
                record = new DnsAddressRecord(new IPAddress(data), ttl);
                return true;
            case DnsRecordType.Txt:
                return TryText(data, ttl, out record);
            case DnsRecordType.Mx when data.Length > 2:
                // RFC 7505 §3: the root as exchange is a null MX.
                record = NameAt(message, wire.Data + 2, wire, out bool isMx) is { } exchange ? new DnsMxRecord((ushort)((data[0] << 8) | data[1]), exchange, ttl) : null;
                return isMx;
            case DnsRecordType.Ptr or DnsRecordType.Cname:
                record = NameAt(message, wire.Data, wire, out bool isName) is { } name ? new DnsNameRecord(name, ttl) : null;
                return isName;
            case DnsRecordType.Soa:
                record = WireName.TryRead(message, wire.Data, out string server) ? new DnsNameRecord(server, ttl) : null;
                return TryMinimum(message, wire, out _);
            case DnsRecordType.Tlsa when data.Length > 3:
                record = new DnsTlsaRecord(data[0], data[1], data[2], data[3..].ToArray(), ttl);
                return true;
            default:
                return false;
        }
    }

    /// <summary>MINIMUM of a SOA record, its last number (RFC 1035 §3.3.13).</summary>
    public static bool TryMinimum(ReadOnlySpan<byte> message, in WireRecord soa, out uint minimum)
    {
        int at = soa.Data;
        bool isSoa = WireName.TrySkip(message, ref at) && WireName.TrySkip(message, ref at) && soa.Data + soa.Length - at == SoaNumbersLength;
        minimum = isSoa ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message[(at + SoaNumbersLength - 4)..]) : 0;
        return isSoa;
    }

    private static string? NameAt(ReadOnlySpan<byte> message, int at, in WireRecord wire, out bool isName)
    {
        int end = at;
        isName = WireName.TrySkip(message, ref end) && end == wire.Data + wire.Length;
        return isName && WireName.TryRead(message, at, out string name) ? name : null;
    }

    // RFC 7208 §3.3: character-strings are joined without separator. Their octets are given as they came.
    private static bool TryText(ReadOnlySpan<byte> data, TimeSpan ttl, out DnsRecord? record)
    {
        record = null;
        int length = 0;
        for (int at = 0; at < data.Length; at += data[at] + 1)
        {
            length += data[at];
            if (at + 1 + data[at] > data.Length)
            {
                return false;
            }
        }

        byte[] text = new byte[length];
        int written = 0;
        for (int at = 0; at < data.Length; at += data[at] + 1)
        {
            data.Slice(at + 1, data[at]).CopyTo(text.AsSpan(written));
            written += data[at];
        }

        record = new DnsTxtRecord(text, ttl);
        return data.Length > 0;
    }
}
