using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>
/// An SMTP client for load, on a thread of its caller: what a client costs is taken from the server that is measured, and a thread that waits in the kernel costs least.
/// </summary>
internal sealed class BlockingClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = (int)Limit.TotalMilliseconds,
        SendTimeout = (int)Limit.TotalMilliseconds,
    };

    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Connects, and leaves the greeting unread.</summary>
    public BlockingClient(int port) => _socket.Connect(IPAddress.Loopback, port);

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    public SmtpReply Command(string command)
    {
        _socket.Send(Encoding.Latin1.GetBytes(command + "\r\n"));
        return ReadReply();
    }

    /// <summary>Reads the one reply that is awaited; a server that was not asked for more says no more.</summary>
    public SmtpReply ReadReply()
    {
        int length = 0;
        do
        {
            int read = _socket.Receive(_buffer.AsSpan(length));
            if (read == 0)
                return SmtpReply.Closed;
            length += read;
        }
        while (!IsWhole(_buffer.AsSpan(0, length)));
        string text = Encoding.Latin1.GetString(_buffer, 0, length).TrimEnd();
        return new(int.Parse(text.AsSpan(0, 3)), text);
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> reply)
    {
        if (!reply.EndsWith("\r\n"u8))
            return false;
        int line = reply[..^2].LastIndexOf((byte)'\n') + 1;
        return reply.Length <= line + 3 || reply[line + 3] != '-';
    }
}
