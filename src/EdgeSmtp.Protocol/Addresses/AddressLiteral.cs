using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Protocol.Addresses;

/// <summary>Address literals <c>[192.0.2.1]</c> and <c>[IPv6:2001:db8::1]</c> (RFC 5321 §4.1.3).</summary>
public static class AddressLiteral
{
    /// <summary>Longest text that can be a literal: tag, brackets and an IPv6 address with a dotted quad.</summary>
    private const int TextBytesMax = 53;

    private static readonly SearchValues<byte> V6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Parses a literal with its brackets.</summary>
    /// <param name="text">The bytes from <c>[</c> to <c>]</c>.</param>
    /// <param name="address">The address; an IPv4-mapped IPv6 address is given as IPv4, so that each host has one form.</param>
    /// <returns>False for anything else, general literals, zone ids and octets with leading zeros (which some read as octal) included.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length is < 3 or > TextBytesMax || text[0] != '[' || text[^1] != ']') return false;
        ReadOnlySpan<byte> inner = text[1..^1];
        if (inner.Length > 5 && Ascii.EqualsIgnoreCase(inner[..5], "IPv6:"u8)) return TryParseV6(inner[5..], out address);
        return TryParseV4(inner, out address);
    }

    /// <summary>The literal of an address, the form in which <see cref="MailPath.DomainALabel"/> holds it.</summary>
    public static string Format(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
    }

    /// <summary>Four decimal octets, nothing else: not the short, octal and hexadecimal forms that inet_aton takes.</summary>
    internal static bool TryParseV4(ReadOnlySpan<byte> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        Span<byte> octets = stackalloc byte[4];
        int count = 0, digits = 0, value = 0;
        foreach (byte b in text)
        {
            if (b is >= (byte)'0' and <= (byte)'9')
            {
                if (digits > 0 && value == 0) return false;
                value = (value * 10) + (b - '0');
                if (++digits > 3 || value > 255) return false;
            }
            else
            {
                if (b != '.' || digits == 0 || count == 3) return false;
                octets[count++] = (byte)value;
                digits = value = 0;
            }
        }

        if (digits == 0 || count != 3) return false;
        octets[3] = (byte)value;
        address = new IPAddress(octets);
        return true;
    }

    /// <summary>An IPv6 address without zone id; an IPv4-mapped one is given as IPv4.</summary>
    internal static bool TryParseV6(ReadOnlySpan<byte> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        // The framework also takes brackets, ports and zone ids, which are no part of RFC 5321 §4.1.3; only these bytes may reach it.
        if (text.IndexOfAnyExcept(V6Bytes) >= 0 || text.IndexOf((byte)':') < 0) return false;
        int quad = text.IndexOf((byte)'.');
        if (quad >= 0 && !TryParseV4(text[(text.LastIndexOf((byte)':') + 1)..], out _)) return false;
        if (!IPAddress.TryParse(text, out address) || address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return true;
    }
}
