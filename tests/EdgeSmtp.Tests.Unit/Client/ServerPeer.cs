using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>The server's end of one connection.</summary>
internal sealed class ServerPeer(Socket socket) : IDisposable
{
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public bool IsTls => _stream is SslStream;

    /// <summary>Whether the client's bytes are used up.</summary>
    public bool IsDrained => _start == _end;

    /// <summary>A line without CRLF; <c>null</c> when the client has closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        StringBuilder line = new();
        while (true)
        {
            int b = await ReadByteAsync();
            if (b < 0) return null;
            if (b == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)b);
        }
    }

    /// <summary>Content up to the final dot, still stuffed, without the dot.</summary>
    public async Task<byte[]> ReadDataAsync()
    {
        using MemoryStream data = new();
        while (true)
        {
            int b = await ReadByteAsync();
            if (b < 0) throw new IOException("closed within the data");
            data.WriteByte((byte)b);
            if (data.Length >= 3 && EndsWith(data, data.Length == 3 ? ".\r\n"u8 : "\r\n.\r\n"u8)) return data.ToArray()[..(int)(data.Length - 3)];
        }
    }

    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            int b = await ReadByteAsync();
            if (b < 0) throw new IOException("closed within a chunk");
            bytes[i] = (byte)b;
        }

        return bytes;
    }

    /// <summary>Reads whatever comes until the client closes.</summary>
    public async Task DrainAsync()
    {
        while (await ReadByteAsync() >= 0)
        {
        }
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    public async Task StartTlsAsync(X509Certificate2 certificate)
    {
        SslStream tls = new(_stream);
        await tls.AuthenticateAsServerAsync(certificate);
        _stream = tls;
    }

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();

    private async ValueTask<int> ReadByteAsync()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await _stream.ReadAsync(_buffer);
            if (_end == 0) return -1;
        }

        return _buffer[_start++];
    }

    private static bool EndsWith(MemoryStream data, ReadOnlySpan<byte> end) =>
        data.GetBuffer().AsSpan(0, (int)data.Length).EndsWith(end);
}
