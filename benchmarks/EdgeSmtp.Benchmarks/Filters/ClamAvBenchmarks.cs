using System.Net.Sockets;
using System.Text;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>A message that clamd has judged before, and a new one with a clamd that says OK at once: what the filter costs besides the scan.</summary>
[MemoryDiagnoser]
public class ClamAvBenchmarks : IAsyncDisposable
{
    private const int MessageBytes = 4500;

    private readonly string _folder = Directory.CreateTempSubdirectory("es-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TestSession _session = new();
    private readonly RecipientVerdicts _verdicts = new();
    private HarnessContext _context = null!;
    private ClamAvFilter _filter = null!;
    private TestMessageContent _known = null!;
    private Task _clamd = null!;
    private int _next;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        string path = Path.Combine(_folder, "clamd");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _clamd = ServeAsync();
        _context = new HarnessContext("clamav", EdgeSmtp.Testing.Dns.FakeDns.Empty, TimeProvider.System, Registrations.Single(static filters => filters.AddClamAv()).Traits);
        _filter = new ClamAvFilter(
            new ClamAvFilterOptions { Servers = [path], Method = EdgeSmtp.Filters.ClamAv.Clamd.ClamdMethod.Stream, Cache = new VerdictCacheOptions { EntriesMax = 1000 } }, _context);
        _known = NewMessage(-1);
        _verdicts.Reset(1);
        await KnownMessage();
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _clamd;
        _context.Dispose();
        _known.Dispose();
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public ValueTask KnownMessage() => _filter.OnMessageAsync(new TestTransaction(_session) { Staged = _known }, _verdicts, CancellationToken.None);

    [Benchmark]
    [BenchmarkCategory(AllocationMeter.SkippedCategory)]
    public async Task NewMessage()
    {
        using TestMessageContent content = NewMessage(_next++);
        await _filter.OnMessageAsync(new TestTransaction(_session) { Staged = content }, _verdicts, CancellationToken.None);
    }

    private static TestMessageContent NewMessage(int number) => new(Encoding.ASCII.GetBytes($"Subject: {number}\r\n\r\n".PadRight(MessageBytes, 'x')));

    /// <summary>Answers by the first bytes: a version, or OK when the last chunk has come.</summary>
    private async Task ServeAsync()
    {
        byte[] buffer = new byte[128 * 1024];
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptAsync();
                int length = 0;
                while (length < 9 || !buffer.AsSpan(0, length).EndsWith((ReadOnlySpan<byte>)(buffer[1] == 'V' ? "\0"u8 : "\0\0\0\0"u8)))
                {
                    length += await socket.ReceiveAsync(buffer.AsMemory(length));
                }

                await socket.SendAsync(buffer[1] == 'V' ? "ClamAV 1.4.6\0"u8.ToArray() : "stream: OK\0"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The run has ended.
        }
    }
}
