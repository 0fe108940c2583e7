using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>The addresses of ip4 and ip6 (RFC 7208 §5.6): four decimal numbers without leading zeros; the forms of RFC 4291 §2.2.</summary>
internal static class NetworkAddress
{
    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryParse(ReadOnlySpan<char> text, bool isV4, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return isV4 ? IsQuad(text) && IPAddress.TryParse(text, out address) : TryParseV6(text, out address);
    }

    private static bool TryParseV6(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        // The framework also takes brackets, ports and zone ids; only these characters may reach it.
        address = null;
        int colon = text.LastIndexOf(':');
        return colon >= 0 && !text.ContainsAnyExcept(V6Characters)
            && (!text.Contains('.') || IsQuad(text[(colon + 1)..]))
            && IPAddress.TryParse(text, out address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool IsQuad(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            if (++count > 4 || !DualCidr.TryLength(text[range], 255, out _))
            {
                return false;
            }
        }

        return count == 4;
    }
}
