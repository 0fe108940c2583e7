using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>A QMTP client (cr.yp.to/proto/qmtp.txt): packages of netstrings out, one answer per recipient back.</summary>
internal sealed class QmtpConversation : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private QmtpConversation(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
        _stream.ReadTimeout = 60_000;
    }

    public static async Task<QmtpConversation> ConnectAsync(int port)
    {
        TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        return new(client);
    }

    /// <summary>A package with the content in LF coding, or in CR coding (lines end CRLF) when asked for.</summary>
    public static byte[] Package(string from, IReadOnlyList<string> to, ReadOnlySpan<byte> crlfContent, bool crCoding = false)
    {
        byte[] coded = crCoding ? [(byte)'\r', .. crlfContent] : [(byte)'\n', .. Newlines.ToLf(crlfContent)];
        byte[] recipients = [.. to.SelectMany(recipient => Netstring(Encoding.Latin1.GetBytes(recipient)))];
        return [.. Netstring(coded), .. Netstring(Encoding.Latin1.GetBytes(from)), .. Netstring(recipients)];
    }

    public static byte[] Netstring(ReadOnlySpan<byte> bytes) =>
        [.. Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture)), (byte)':', .. bytes, (byte)','];

    public async Task SendAsync(ReadOnlyMemory<byte> package) => await _stream.WriteAsync(package);

    /// <summary>Says that no more comes, and goes on reading.</summary>
    public void HalfClose() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>One answer: K, Z or D and its text; null when the server closed.</summary>
    public async Task<string?> ReadAnswerAsync()
    {
        byte[] one = new byte[1];
        int length = 0;
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                if (await _stream.ReadAsync(one, source.Token) == 0)
                    return null;
                if (one[0] == ':')
                    break;
                length = (length * 10) + one[0] - '0';
            }
            byte[] text = new byte[length + 1];
            await _stream.ReadExactlyAsync(text, source.Token);
            return Encoding.UTF8.GetString(text, 0, length);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Sends one message and gives the answer for each recipient.</summary>
    public async Task<IReadOnlyList<string?>> SubmitAsync(string from, IReadOnlyList<string> to, ReadOnlyMemory<byte> crlfContent, bool crCoding = false)
    {
        await SendAsync(Package(from, to, crlfContent.Span, crCoding));
        List<string?> answers = [];
        foreach (string _ in to)
            answers.Add(await ReadAnswerAsync());
        return answers;
    }

    public void Dispose() => _client.Dispose();
}
