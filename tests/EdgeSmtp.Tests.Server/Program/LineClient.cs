using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary>Speaks lines over a socket.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly TcpClient _connection = new();
    private StreamReader? _reader;

    public static async Task<LineClient> ConnectAsync(IPEndPoint server)
    {
        LineClient client = new();
        await client._connection.ConnectAsync(server, TestContext.Current.CancellationToken);
        client._reader = new StreamReader(client._connection.GetStream(), Encoding.ASCII);
        return client;
    }

    /// <summary>Connects, reads the greeting and says EHLO.</summary>
    public static async Task<LineClient> GreetAsync(IPEndPoint server)
    {
        LineClient client = await ConnectAsync(server);
        Assert.StartsWith("220 ", await client.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await client.SayAsync("EHLO client.example.test"), StringComparison.Ordinal);
        return client;
    }

    /// <summary>The last line of the next reply; null at the end of the connection.</summary>
    public async Task<string?> ReplyAsync()
    {
        string? line;
        do
        {
            line = await _reader!.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is { Length: > 3 } && line[3] == '-');

        return line;
    }

    public async Task<string?> SayAsync(string line)
    {
        await _connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), TestContext.Current.CancellationToken);
        return await ReplyAsync();
    }

    public void Dispose() => _connection.Dispose();
}
