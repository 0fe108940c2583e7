using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Client.Net;

/// <summary>Where a server that we use listens, as configurations name it: <c>host:port</c>, <c>192.0.2.1:783</c>, <c>[2001:db8::1]:783</c>, or <c>unix:/path/to/socket</c>.</summary>
public sealed class ServerAddress
{
    private const string UnixScheme = "unix:";

    // The kernel's limit (unix(7)) with the NUL behind the path.
    private const int UnixPathMax = 107;

    private readonly string _text;

    private ServerAddress(string text, string host, int port, string? path)
    {
        _text = text;
        Host = host;
        Port = port;
        Path = path;
    }

    /// <summary>Name or address; <c>localhost</c> for a Unix socket.</summary>
    public string Host { get; }

    /// <summary>1 to 65535; 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>Path of a Unix socket; <c>null</c> for TCP.</summary>
    public string? Path { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">As configured.</param>
    /// <param name="defaultPort">The port of one that names none; 0 when it has to.</param>
    /// <param name="address">The address.</param>
    public static bool TryParse(string? text, int defaultPort, [NotNullWhen(true)] out ServerAddress? address)
    {
        address = null;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            string path = text[UnixScheme.Length..];
            address = path.StartsWith('/') && System.Text.Encoding.UTF8.GetByteCount(path) <= UnixPathMax ? new ServerAddress(text, "localhost", 0, path) : null;
            return address is not null;
        }

        // A bare IPv6 address has colons of its own, and cannot have a port.
        int colon = text.Count(':') > 1 && !text.StartsWith('[') ? -1 : text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = hasPort ? text[..colon] : text;
        int port = defaultPort;
        if (hasPort && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return false;
        }

        if (host.StartsWith('['))
        {
            host = host.EndsWith(']') ? host[1..^1] : string.Empty;
        }

        address = port is > 0 and <= IPEndPoint.MaxPort && Uri.CheckHostName(host) is not (UriHostNameType.Unknown or UriHostNameType.Basic) ? new ServerAddress(text, host, port, null) : null;
        return address is not null;
    }

    /// <summary>Connects to the first of its addresses that answers.</summary>
    /// <param name="dns">Finds the addresses of a name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up; its owner sets the deadline.</param>
    /// <returns>A connected socket that the caller disposes.</returns>
    /// <exception cref="IOException">None of them does, or there is none.</exception>
    public async ValueTask<Socket> ConnectAsync(IDnsResolver dns, TimeProvider time, CancellationToken cancellationToken)
    {
        string why = "no address is known";
        IEnumerable<EndPoint> endPoints = Path is not null
            ? [new UnixDomainSocketEndPoint(Path)]
            : (await new HostAddresses(dns, Host).FindAsync(cancellationToken).ConfigureAwait(false)).Select(found => new IPEndPoint(found, Port));
        foreach (EndPoint endPoint in endPoints)
        {
            DialResult result = await Dialer.DialAsync(endPoint, DialOptions.Default, time, cancellationToken).ConfigureAwait(false);
            if (result.Socket is not null)
            {
                return result.Socket;
            }

            why = result.Detail;
        }

        throw new IOException($"{_text}: {why}");
    }

    /// <summary>As configured.</summary>
    public override string ToString() => _text;
}
