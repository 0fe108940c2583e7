using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>One server of a directory.</summary>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">Its port.</param>
internal sealed record LdapServer(string Host, int Port)
{
    public const int ClearPort = 389;
    public const int TlsPort = 636;

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]</c> or <c>[v6]:port</c>.</summary>
    public static bool TryParse(string text, LdapTls tls, [NotNullWhen(true)] out LdapServer? server)
    {
        server = null;
        ReadOnlySpan<char> host = text;
        int port = tls == LdapTls.Ldaps ? TlsPort : ClearPort;
        int colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            host = text.AsSpan(0, colon);
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > ushort.MaxValue)
            {
                return false;
            }
        }

        if (host is ['[', .. var inner, ']'])
        {
            if (!IPAddress.TryParse(inner, out IPAddress? v6) || v6.AddressFamily != AddressFamily.InterNetworkV6)
            {
                return false;
            }

            server = new LdapServer(v6.ToString(), port);
            return true;
        }

        // A URI or a list is a misunderstanding that the DNS should not be asked about.
        if (host.IsEmpty || host.IndexOfAnyExcept(HostCharacters) >= 0)
        {
            return false;
        }

        server = new LdapServer(host.ToString(), port);
        return true;
    }

    public override string ToString() =>
        (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:" : $"{Host}:") + Port.ToString(CultureInfo.InvariantCulture);
}
