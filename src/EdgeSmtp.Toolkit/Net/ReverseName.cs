using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Toolkit.Net;

/// <summary>Names under which the DNS knows addresses: of DNS lists (RFC 5782 §2.1, §2.4) and of reverse zones (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
public static class ReverseName
{
    private const int V6Bytes = 16;
    private const int V6Length = V6Bytes * 4;

    /// <summary>The name of an address in a list: <c>4.3.2.1.zone</c>, or 32 nibbles and the zone. An IPv4-mapped address is IPv4.</summary>
    /// <param name="address">The address; a scope id plays no part.</param>
    /// <param name="zone">The zone, without dots at its ends.</param>
    public static string Of(IPAddress address, string zone)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(zone);
        Span<byte> bytes = stackalloc byte[V6Bytes];
        if (address.IsIPv4MappedToIPv6)
        {
            address.TryWriteBytes(bytes, out _);
            bytes = bytes[12..];
        }
        else
        {
            address.TryWriteBytes(bytes, out int count);
            bytes = bytes[..count];
        }

        Span<char> reversed = stackalloc char[V6Length];
        int length = bytes.Length == V6Bytes ? WriteNibbles(bytes, reversed) : WriteOctets(bytes, reversed);
        return string.Concat(reversed[..length], zone);
    }

    /// <summary>The name whose PTR records name the host of an address.</summary>
    /// <param name="address">The address.</param>
    public static string Pointer(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Of(address, address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? "ip6.arpa" : "in-addr.arpa");
    }

    private static int WriteOctets(ReadOnlySpan<byte> bytes, Span<char> target)
    {
        int length = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i].TryFormat(target[length..], out int written, default, System.Globalization.CultureInfo.InvariantCulture);
            length += written;
            target[length++] = '.';
        }

        return length;
    }

    private static int WriteNibbles(ReadOnlySpan<byte> bytes, Span<char> target)
    {
        const string Digits = "0123456789abcdef";
        int length = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            target[length++] = Digits[bytes[i] & 0xF];
            target[length++] = '.';
            target[length++] = Digits[bytes[i] >> 4];
            target[length++] = '.';
        }

        return length;
    }
}
