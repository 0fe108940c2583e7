using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>
/// An SMTP client that sends exactly the bytes it is told to, well-formed or not. Strings are sent as Latin-1, so that each char is one byte.
/// </summary>
internal sealed class SmtpConversation(Stream stream, IDisposable? owner = null) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public Stream Stream { get; private set; } = stream;

    public Socket? Socket { get; private init; }

    /// <summary>Connects, from the given loopback address if any, and leaves the greeting unread.</summary>
    public static async Task<SmtpConversation> ConnectAsync(int port, string? from = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new(new NetworkStream(socket, ownsSocket: true)) { Socket = socket };
    }

    /// <summary>Connects, reads the greeting and says EHLO.</summary>
    public static async Task<SmtpConversation> OpenAsync(int port, string? from = null)
    {
        SmtpConversation client = await ConnectAsync(port, from);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using CancellationTokenSource source = new(Limit);
        await Stream.WriteAsync(bytes, source.Token);
        await Stream.FlushAsync(source.Token);
    }

    public async Task<SmtpReply> CommandAsync(string command)
    {
        try
        {
            await SendAsync(command + "\r\n");
        }
        catch (IOException)
        {
            // What the server said before it closed is still to be read.
        }
        return await ReadReplyAsync();
    }

    public async Task<SmtpReply> ReadReplyAsync()
    {
        StringBuilder text = new();
        while (await ReadLineAsync() is { } line)
        {
            text.Append(text.Length > 0 ? "\r\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-')
                return new(int.TryParse(line.AsSpan(0, Math.Min(3, line.Length)), CultureInfo.InvariantCulture, out int code) ? code : -1, text.ToString());
        }
        return SmtpReply.Closed;
    }

    /// <summary>Sends a whole transaction and gives the last reply: the refusal of a command, or the answer to the final dot.</summary>
    /// <param name="from">The reverse-path.</param>
    /// <param name="to">The forward-path.</param>
    /// <param name="content">The message, without stuffed dots.</param>
    /// <param name="mailParameters">Parameters of MAIL, the space before them included.</param>
    /// <param name="beforeDot">What the final dot waits for.</param>
    public async Task<SmtpReply> TransactionAsync(string from, string to, ReadOnlyMemory<byte> content, string mailParameters = "", Func<Task>? beforeDot = null)
    {
        SmtpReply reply = await CommandAsync($"MAIL FROM:<{from}>{mailParameters}");
        if (reply.Code == 250)
            reply = await CommandAsync($"RCPT TO:<{to}>");
        if (reply.Code == 250)
            reply = await CommandAsync("DATA");
        if (reply.Code != 354)
            return reply;
        try
        {
            byte[] wire = DotStuffing.Apply(content.Span);
            int dot = beforeDot is null ? 0 : wire.Length - ".\r\n".Length;
            await SendAsync(wire.AsMemory(0, dot));
            await (beforeDot?.Invoke() ?? Task.CompletedTask);
            await SendAsync(wire.AsMemory(dot));
        }
        catch (IOException)
        {
            // A server that refuses in the middle may close before it has read everything.
        }
        return await ReadReplyAsync();
    }

    public async Task StartTlsAsync()
    {
        await ExpectAsync(220, await CommandAsync("STARTTLS"));
        await HandshakeAsync();
    }

    public async Task HandshakeAsync()
    {
        SslStream tls = new(Stream, leaveInnerStreamOpen: false, (_, certificate, _, _) => TestCertificate.IsOurs(certificate));
        using CancellationTokenSource source = new(Limit);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mx.example.test" }, source.Token);
        Stream = tls;
    }

    /// <summary>All further bytes until the server closes, or until it has been silent for the given time.</summary>
    public async Task<string> ReadToEndAsync(TimeSpan silence)
    {
        StringBuilder text = new();
        text.Append(Encoding.Latin1.GetString(_buffer, _start, _end - _start));
        _start = _end = 0;
        try
        {
            while (true)
            {
                using CancellationTokenSource source = new(silence);
                int read = await Stream.ReadAsync(_buffer, source.Token);
                if (read == 0)
                    return text.ToString();
                text.Append(Encoding.Latin1.GetString(_buffer, 0, read));
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            return text.ToString();
        }
    }

    /// <summary>Fails with the whole reply when the code is another one.</summary>
    public Task ExpectAsync(int code, SmtpReply reply)
    {
        Xunit.Assert.True(reply.Code == code, $"Expected {code}, got: {reply}");
        return Task.CompletedTask;
    }

    /// <summary>Ends the connection with a reset, as a client does whose machine is gone.</summary>
    public void Reset()
    {
        Socket!.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stream.DisposeAsync();
        }
        catch (IOException)
        {
            // A TLS stream says goodbye; the other side may be gone.
        }
        owner?.Dispose();
    }

    private async Task<string?> ReadLineAsync()
    {
        StringBuilder line = new();
        using CancellationTokenSource source = new(Limit);
        while (true)
        {
            while (_start < _end)
            {
                char c = (char)_buffer[_start++];
                if (c == '\n')
                    return line.ToString().TrimEnd('\r');
                line.Append(c);
            }
            _start = 0;
            try
            {
                _end = await Stream.ReadAsync(_buffer, source.Token);
            }
            catch (IOException)
            {
                _end = 0;
            }
            if (_end == 0)
                return null;
        }
    }
}
