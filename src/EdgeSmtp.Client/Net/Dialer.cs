using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Client.Net;

/// <summary>Opens connections.</summary>
public static class Dialer
{
    /// <summary>Connects to one address.</summary>
    /// <param name="endPoint">IPv4, IPv6 or the path of a Unix socket.</param>
    /// <param name="options">Timeout and source address.</param>
    /// <param name="time">The clock of the timeout.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async ValueTask<DialResult> DialAsync(EndPoint endPoint, DialOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        Socket? socket = null;
        using CancellationTokenSource timeout = new(options.ConnectTimeout, time);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), timeout);
        try
        {
            socket = Create(endPoint, options);
            await socket.ConnectAsync(endPoint, timeout.Token);
            DialResult result = new(socket, DialFailure.None, string.Empty);
            socket = null;
            return result;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new DialResult(null, DialFailure.TimedOut, "connection timed out");
        }
        catch (SocketException error)
        {
            return new DialResult(null, Classify(error.SocketErrorCode), Describe(error.SocketErrorCode));
        }
        finally
        {
            socket?.Dispose();
        }
    }

    private static Socket Create(EndPoint endPoint, DialOptions options)
    {
        if (endPoint.AddressFamily == AddressFamily.Unix) return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Each group of commands is one write already; waiting for more only delays it.
            socket.NoDelay = true;
            IPAddress? source = endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? options.SourceAddressV6 : options.SourceAddressV4;
            if (source is not null) socket.Bind(new IPEndPoint(source, 0));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static DialFailure Classify(SocketError error) => error switch
    {
        SocketError.TimedOut => DialFailure.TimedOut,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => DialFailure.Refused,
        _ => DialFailure.Unreachable,
    };

    private static string Describe(SocketError error) => error switch
    {
        SocketError.TimedOut => "connection timed out",
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.AddressNotAvailable => "source address not available",
        SocketError.AccessDenied => "connecting is not permitted",
        _ => $"cannot connect ({error})",
    };
}
