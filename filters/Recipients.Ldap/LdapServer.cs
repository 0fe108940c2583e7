using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>One server of a directory.</summary>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">Its port.</param>
internal sealed record LdapServer(string Host, int Port)
{
    public const int ClearPort = 389;
    public const int TlsPort = 636;

    /// <summary>The host as it stands in a URI.</summary>
    public string UriHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

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
            if (!IPAddress.TryParse(inner, out IPAddress? v6) || v6.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            {
                return false;
            }

            server = new LdapServer(v6.ToString(), port);
            return true;
        }

        // libldap takes a list of servers with blanks between them, and a URI: one host is meant here.
        if (host.IsEmpty || host.IndexOfAnyExcept(HostCharacters) >= 0)
        {
            return false;
        }

        server = new LdapServer(host.ToString(), port);
        return true;
    }

    public override string ToString() => $"{UriHost}:{Port.ToString(CultureInfo.InvariantCulture)}";

    private static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");
}
