using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

/// <summary>A spamd on a Unix socket that answers what a test wants, and remembers what it was asked. The real one is in the tests of backends.</summary>
internal sealed class FakeSpamd : IDisposable
{
    public const string Clean = "SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nSpam: False ; 0.0 / 5.0\r\n\r\n";

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"es-{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _asked = new(0);
    private readonly ConcurrentQueue<string> _requests = new();
    private Func<string, string?> _answer;
    private volatile bool _isHeld;

    public FakeSpamd(Func<string, string?>? answer = null)
    {
        _answer = answer ?? (static _ => Clean);
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    public string Address => $"unix:{_path}";

    /// <summary>What was asked so far, head and message.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>An answer to SYMBOLS.</summary>
    public static string Symbols(double score, string tests = "", double required = 5) => Answer(score, tests, required);

    /// <summary>An answer with a body.</summary>
    public static string Answer(double score, string body, double required = 5) => string.Create(
        CultureInfo.InvariantCulture,
        $"SPAMD/1.1 0 EX_OK\r\nContent-length: {Encoding.UTF8.GetByteCount(body)}\r\nSpam: {(score >= required ? "True" : "False")} ; {score:0.0} / {required:0.0}\r\n\r\n{body}");

    /// <summary>Answers otherwise from now on; <c>null</c> closes the connection without a word.</summary>
    public void Answers(Func<string, string?> answer) => _answer = answer;

    /// <summary>Waits for a question that this was not called for yet.</summary>
    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30)), "Nobody asked.");

    /// <summary>Holds every answer back until <see cref="Release"/>.</summary>
    public void Hold() => _isHeld = true;

    public void Release()
    {
        _isHeld = false;
        _gate.Release(10_000);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        File.Delete(_path);
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
                using MemoryStream request = new();
                byte[] buffer = new byte[64 * 1024];
                while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and int read)
                {
                    request.Write(buffer, 0, read);
                }

                string text = Encoding.Latin1.GetString(request.GetBuffer(), 0, (int)request.Length);
                _requests.Enqueue(text);
                _asked.Release();
                if (_isHeld)
                {
                    await _gate.WaitAsync(_stop.Token);
                }

                if (_answer(text) is { } answer)
                {
                    await socket.SendAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
            }
        }
    }
}
