using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>One configured next hop.</summary>
/// <param name="Host">Name in A-labels, or the address in text, or the path of a Unix socket.</param>
/// <param name="EndPoint">Known without a look-up: an address or a Unix socket; else <c>null</c>.</param>
/// <param name="Port">The port; 0 for a Unix socket.</param>
public sealed record NextHop(string Host, EndPoint? EndPoint, int Port)
{
    /// <summary>Reads the configured text.</summary>
    /// <param name="text"><c>host</c>, <c>host:port</c>, <c>[IPv6]:port</c>, an address, or <c>unix:/path</c>.</param>
    /// <param name="defaultPort">The port when none is named.</param>
    /// <returns>The next hop; <c>null</c> when the text is none.</returns>
    public static NextHop? Parse(string text, int defaultPort)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("unix:/", StringComparison.Ordinal)) return new NextHop(text[5..], new UnixDomainSocketEndPoint(text[5..]), 0);
        if (IPAddress.TryParse(text, out IPAddress? bare) && (text.Contains('.') || !text.Contains('[')) && !text.Contains("]:", StringComparison.Ordinal))
            return new NextHop(bare.ToString(), new IPEndPoint(bare, defaultPort), defaultPort);

        int colon = text.LastIndexOf(':');
        int bracket = text.LastIndexOf(']');
        string host = colon > bracket ? text[..colon] : text;
        int port = defaultPort;
        if (colon > bracket && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)) return null;
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        if (IPAddress.TryParse(host, out IPAddress? address)) return new NextHop(address.ToString(), new IPEndPoint(address, port), port);
        return !host.Contains(':') && DomainName.ToALabel(host) is { } name ? new NextHop(name, null, port) : null;
    }

    /// <inheritdoc />
    public override string ToString() => Port == 0 ? $"unix:{Host}" : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
