using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.LoadTests.Smtp;

/// <summary>An SMTP client that sends what it is told to, right or wrong, and reads replies. Thin on purpose: it shares the machine with the server.</summary>
internal sealed class LoadClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2048];
    private readonly CancellationToken _ending;
    private Stream _stream;
    private int _start;
    private int _end;

    private LoadClient(Socket socket, CancellationToken ending)
    {
        _socket = socket;
        _ending = ending;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Connects.</summary>
    /// <param name="target">The server.</param>
    /// <param name="from">A local address to come from; <c>null</c> for any.</param>
    /// <param name="ending">Ends every wait.</param>
    public static async Task<LoadClient> ConnectAsync(IPEndPoint target, string? from, CancellationToken ending)
    {
        Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            }

            await socket.ConnectAsync(target, ending);
            return new LoadClient(socket, ending);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes as they are.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes, _ending);

    /// <summary>Sends ASCII text as it is; a CRLF is not added.</summary>
    public ValueTask SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends a command and reads its reply.</summary>
    /// <param name="command">Without CRLF.</param>
    public async ValueTask<LoadReply> CommandAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return await ReadReplyAsync();
    }

    /// <summary>Reads one reply, of however many lines.</summary>
    public async ValueTask<LoadReply> ReadReplyAsync()
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.Length < 4 || line[3] != '-')
            {
                return new LoadReply(line.Length >= 3 && int.TryParse(line.AsSpan(0, 3), out int code) ? code : -1, line);
            }
        }

        return default;
    }

    /// <summary>Goes under TLS after a 220 to STARTTLS. Any certificate will do: the load is what counts.</summary>
    public async Task UpgradeAsync()
    {
#pragma warning disable CA5359 // A load test measures servers with certificates of their own making.
        SslStream tls = new(_stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        _stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "load.test" }, _ending);
    }

    /// <summary>Closes with a reset: a client that is gone from one moment to the next.</summary>
    public void Reset() => _socket.Close(0);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<string?> ReadLineAsync()
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                string line = Encoding.ASCII.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                return line;
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _buffer.Length)
            {
                throw new IOException("A reply line of more than 2,048 bytes.");
            }

            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), _ending);
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }
}
