using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rspamd;

/// <summary>An rspamd on a Unix socket that answers what a test wants, and remembers what it was asked. The real one is in the tests of backends.</summary>
internal sealed class FakeRspamd : IDisposable
{
    public const string Clean = """{"is_skipped":false,"score":0.5,"required_score":15,"action":"no action","symbols":{}}""";

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"es-{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly ConcurrentQueue<string> _requests = new();

    public FakeRspamd()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(64);
        _ = AcceptAsync();
    }

    public string Address => _path;

    /// <summary>What was asked so far: fields, a blank line, and the message.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>What it answers; <c>null</c> closes the connection without a word.</summary>
    public Func<string, string?> Answer { get; set; } = static _ => Clean;

    /// <summary>The first line of its answers.</summary>
    public string Status { get; set; } = "HTTP/1.1 200 OK";

    public bool IsSilent { get; set; }

    /// <summary>Waits for a question that this was not called for yet.</summary>
    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30)), "Nobody asked.");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        File.Delete(_path);
    }

    private static int ContentLength(string head)
    {
        string field = head.Split("\r\n").First(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return int.Parse(field[15..], CultureInfo.InvariantCulture);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await _listener.AcceptAsync(_stop.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                StringBuilder heard = new();
                byte[] buffer = new byte[64 * 1024];
                while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and int read)
                {
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    string text = heard.ToString();
                    int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                    if (end < 0 || text.Length - end - 4 < ContentLength(text[..end]))
                    {
                        continue;
                    }

                    heard.Clear();
                    _requests.Enqueue(text);
                    _asked.Release();
                    if (IsSilent)
                    {
                        continue;
                    }

                    if (Answer(text) is not { } answer)
                    {
                        return;
                    }

                    await socket.SendAsync(Encoding.UTF8.GetBytes($"{Status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}"), _stop.Token);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
            }
        }
    }
}
