using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Toolkit.Net;

/// <summary>Where a backend listens: a Unix socket, or a host and port.</summary>
public sealed class BackendAddress
{
    // sun_path, with its NUL.
    private const int UnixPathBytesMax = 107;

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    private readonly EndPoint _endPoint;
    private readonly string _text;

    private BackendAddress(EndPoint endPoint, string text)
    {
        _endPoint = endPoint;
        _text = text;
    }

    /// <summary>Whether it is a Unix socket: then it is on this machine, and can be passed a descriptor.</summary>
    public bool IsUnix => _endPoint is UnixDomainSocketEndPoint;

    /// <summary>Reads an address.</summary>
    /// <param name="text"><c>/path</c>, <c>unix:/path</c>, <c>host</c>, <c>host:port</c>, <c>[v6]</c> or <c>[v6]:port</c>.</param>
    /// <param name="defaultPort">The port when none is named.</param>
    /// <param name="address">The address.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryParse(string text, int defaultPort, [NotNullWhen(true)] out BackendAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        string path = text.StartsWith("unix:", StringComparison.Ordinal) ? text[5..] : text;
        address = path.StartsWith('/') ? OfPath(path) : OfHost(text, defaultPort);
        return address is not null;
    }

    /// <summary>Connects.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="SocketException">Nobody there, or the name is unknown. A name is looked up as the system does it: it may stand in the hosts file.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        Socket socket = IsUnix ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The address as it is written in a configuration, with its port.</summary>
    public override string ToString() => _text;

    private static BackendAddress? OfPath(string path) =>
        Encoding.UTF8.GetByteCount(path) <= UnixPathBytesMax && !path.Contains('\0') ? new BackendAddress(new UnixDomainSocketEndPoint(path), $"unix:{path}") : null;

    private static BackendAddress? OfHost(string text, int port)
    {
        ReadOnlySpan<char> host = text;
        int colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            host = text.AsSpan(0, colon);
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > ushort.MaxValue)
            {
                return null;
            }
        }

        if (host is ['[', .. var inner, ']'])
        {
            return IPAddress.TryParse(inner, out IPAddress? v6) && v6.AddressFamily == AddressFamily.InterNetworkV6
                ? new BackendAddress(new IPEndPoint(v6, port), string.Create(CultureInfo.InvariantCulture, $"[{v6}]:{port}"))
                : null;
        }

        // A URI or a list is a misunderstanding that the DNS should not be asked about.
        if (host.IsEmpty || host.IndexOfAnyExcept(HostCharacters) >= 0)
        {
            return null;
        }

        string written = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        return IPAddress.TryParse(host, out IPAddress? v4) ? new BackendAddress(new IPEndPoint(v4, port), written) : new BackendAddress(new DnsEndPoint(host.ToString(), port), written);
    }
}
