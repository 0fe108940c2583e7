using System.Text;
using DnsClient;
using DnsClient.Protocol;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>Turns records of the library into ours.</summary>
internal static class RecordReader
{
    /// <summary>Our form of a record; <c>null</c> for a type that is never asked for, or a name that cannot be one.</summary>
    public static DnsRecord? Read(DnsResourceRecord record)
    {
        TimeSpan ttl = TimeSpan.FromSeconds(TtlOf(record));
        switch (record)
        {
            case AddressRecord address:
                return new DnsAddressRecord(address.Address, ttl);
            case TxtRecord txt:
                return new DnsTxtRecord(Join(txt), ttl);
            case MxRecord mx:
                // RFC 7505 §3: the root as exchange is a null MX.
                return TryNameOf(mx.Exchange, out string exchange) ? new DnsMxRecord(mx.Preference, exchange, ttl) : null;
            case PtrRecord ptr:
                return TryNameOf(ptr.PtrDomainName, out string host) ? new DnsNameRecord(host, ttl) : null;
            case CNameRecord alias:
                return TryNameOf(alias.CanonicalName, out string target) ? new DnsNameRecord(target, ttl) : null;
            case SoaRecord soa:
                return TryNameOf(soa.MName, out string server) ? new DnsNameRecord(server, ttl) : null;
            case TlsaRecord tlsa:
                return new DnsTlsaRecord((byte)tlsa.CertificateUsage, (byte)tlsa.Selector, (byte)tlsa.MatchingType, (byte[])[.. tlsa.CertificateAssociationData], ttl);
            default:
                return null;
        }
    }

    /// <summary>TTL in seconds. One with the highest bit set counts as zero (RFC 2181 §8).</summary>
    public static long TtlOf(DnsResourceRecord record) => Math.Max(0, record.InitialTimeToLive);

    /// <summary>Whether a record or question belongs to this name.</summary>
    public static bool IsOwner(DnsString owner, string normalizedName)
    {
        // The library gives the labels of owners as they came in Original; Value is already turned into Unicode.
        ReadOnlySpan<char> text = owner.Original;
        return text.TrimEnd('.').Equals(normalizedName, StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryNameOf(DnsString target, out string name)
    {
        // Of names inside records it is Value that holds the labels as they came.
        if (target.Value is "." or "")
        {
            name = string.Empty;
            return true;
        }

        return DnsName.TryNormalize(target.Value, out name);
    }

    // RFC 7208 §3.3: character-strings are joined without separator.
    private static ReadOnlyMemory<byte> Join(TxtRecord record)
    {
        using MemoryStream joined = new();
        using IEnumerator<string> escaped = record.EscapedText.GetEnumerator();
        foreach (string text in record.Text)
        {
            escaped.MoveNext();

            // The library decodes as UTF-8, which loses nothing unless a byte sequence was invalid. Then its escaped form is decoded instead.
            joined.Write(text.Contains('\uFFFD', StringComparison.Ordinal) ? Unescape(escaped.Current) : Encoding.UTF8.GetBytes(text));
        }

        return joined.ToArray();
    }

    private static byte[] Unescape(string text)
    {
        byte[] bytes = new byte[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes[count++] = (byte)text[i];
            }
            else if (i + 3 < text.Length && byte.TryParse(text.AsSpan(i + 1, 3), out byte value))
            {
                bytes[count++] = value;
                i += 3;
            }
            else if (i + 1 < text.Length && text[i + 1] == '"')
            {
                bytes[count++] = (byte)text[++i];
            }
            else
            {
                bytes[count++] = (byte)'\\';
            }
        }

        return bytes[..count];
    }
}
