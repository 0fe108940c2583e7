using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A client that sends what it is told and reads replies. Latin-1 both ways, so that every byte is a character.</summary>
internal sealed partial class TestClient(Stream stream, Action endHalf, Task served) : IAsyncDisposable
{
    /// <summary>Only a server that hangs makes a test wait so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _unread = [];

    /// <summary>Ends when the server has done with the connection.</summary>
    public Task Served => served;

    public Stream Stream { get; set; } = stream;

    public async Task SendAsync(string text) => await SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        await Stream.WriteAsync(bytes);
        await Stream.FlushAsync();
    }

    /// <summary>Sends each byte on its own.</summary>
    public async Task TrickleAsync(string text)
    {
        foreach (byte b in Encoding.Latin1.GetBytes(text))
        {
            await SendAsync([b]);
        }
    }

    /// <summary>Sends a line and reads its reply.</summary>
    public async Task<string> CommandAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReplyAsync();
    }

    /// <summary>Sends a line and checks how its reply begins.</summary>
    public async Task<string> CommandAsync(string line, string expected)
    {
        string reply = await CommandAsync(line);
        Assert.StartsWith(expected, reply, StringComparison.Ordinal);
        return reply;
    }

    /// <summary>Reads a reply and checks how it begins.</summary>
    public async Task<string> ExpectAsync(string expected)
    {
        string reply = await ReplyAsync();
        Assert.StartsWith(expected, reply, StringComparison.Ordinal);
        return reply;
    }

    /// <summary>Reads a whole reply, all its lines; empty at the end of the connection.</summary>
    public async Task<string> ReplyAsync()
    {
        StringBuilder reply = new();
        while (true)
        {
            string? line = await LineAsync();
            if (line is null)
            {
                return reply.ToString();
            }

            reply.Append(line).Append("\r\n");
            if (line.Length < 4 || line[3] != '-')
            {
                return reply.ToString();
            }
        }
    }

    /// <summary>Reads a reply to the end of its last line, without it.</summary>
    public async Task<string?> LineAsync()
    {
        while (true)
        {
            int end = _unread.IndexOf((byte)'\n');
            if (end >= 0)
            {
                string line = Encoding.Latin1.GetString(_unread.GetRange(0, end).ToArray()).TrimEnd('\r');
                _unread.RemoveRange(0, end + 1);
                return line;
            }

            if (!await FillAsync())
            {
                return null;
            }
        }
    }

    /// <summary>Reads so many bytes.</summary>
    public async Task<string> ReadAsync(int count)
    {
        while (_unread.Count < count && await FillAsync())
        {
        }

        int taken = Math.Min(count, _unread.Count);
        string text = Encoding.Latin1.GetString(_unread.GetRange(0, taken).ToArray());
        _unread.RemoveRange(0, taken);
        return text;
    }

    /// <summary>Reads until the server ends the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        string text = Encoding.Latin1.GetString(_unread.ToArray());
        _unread.Clear();
        return text;
    }

    /// <summary>Reads a netstring.</summary>
    public async Task<string> NetstringAsync()
    {
        StringBuilder digits = new();
        string next;
        while ((next = await ReadAsync(1)) is not (":" or ""))
        {
            digits.Append(next);
        }

        if (digits.Length == 0)
        {
            return string.Empty;
        }

        string payload = await ReadAsync(int.Parse(digits.ToString(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(",", await ReadAsync(1));
        return payload;
    }

    /// <summary>Reads a reply of QMTP, with <c>[*]</c> in place of its id.</summary>
    public async Task<string> AnswerAsync() => ReplyId().Replace(await NetstringAsync(), "[*]");

    /// <summary>Sends a FIN; replies still come.</summary>
    public void EndHalf() => endHalf();

    public async ValueTask DisposeAsync()
    {
        try
        {
            endHalf();
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
        }

        await served.WaitAsync(Patience);
        await Stream.DisposeAsync();
    }

    private async Task<bool> FillAsync()
    {
        int count;
        try
        {
            count = await Stream.ReadAsync(_buffer).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            return false;
        }

        _unread.AddRange(_buffer.AsSpan(0, count));
        return count > 0;
    }

    /// <summary>Ids of transactions have 13 characters, those of sessions 16.</summary>
    [GeneratedRegex(@"\[[0-9a-z]{13}(?:[0-9a-z]{3})?\]")]
    public static partial Regex ReplyId();
}
