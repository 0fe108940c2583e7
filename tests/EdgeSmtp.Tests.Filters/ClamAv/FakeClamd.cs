using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>Says what a real clamd says only now and then: errors, halves of answers, nothing. It takes no descriptor, so nothing that it is passed is read.</summary>
internal sealed class FakeClamd : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("es-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

#pragma warning disable CA2213 // Cancelled at the end, and told by that that it was: a test may end one clamd before the others.
    private readonly CancellationTokenSource _end = new();
#pragma warning restore CA2213
    private readonly Task _accepting;
    private int _scans;

    public FakeClamd()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Address));
        _listener.Listen(1024);
        _accepting = AcceptAsync();
    }

    public string Address => Path.Combine(_folder, "clamd");

    public int Scans => Volatile.Read(ref _scans);

    public string Version { get; set; } = "ClamAV 1.4.6/27123/Mon Jan  5 09:00:00 2026";

    public bool AnswersPing { get; set; } = true;

    /// <summary>What it says to a scan before it closes; <c>null</c>: it never answers.</summary>
    public Func<byte[], Task<string?>> Answer { get; set; } = static _ => Task.FromResult<string?>("fd[11]: OK\0");

    public void Says(string? answer) => Answer = _ => Task.FromResult(answer);

    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            string command = await ReadCommandAsync(stream);
            string? answer = command switch
            {
                "zPING" => AnswersPing ? "PONG\0" : null,
                "zVERSION" => Version.Length > 0 ? Version + "\0" : null,
                _ => await ScanAsync(stream, command),
            };
            if (answer is null)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
            }

            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer!), _end.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client is gone, or the test has ended.
        }
    }

    private async Task<string?> ScanAsync(NetworkStream stream, string command)
    {
        byte[] content = command switch
        {
            "zFILDES" => await ReadAsync(stream, 1),
            "zINSTREAM" => await ReadChunksAsync(stream),
            _ => await File.ReadAllBytesAsync(command["zSCAN ".Length..]),
        };
        Interlocked.Increment(ref _scans);
        return await Answer(content);
    }

    private async Task<string> ReadCommandAsync(NetworkStream stream)
    {
        StringBuilder command = new();
        while (await ReadAsync(stream, 1) is [not 0] letter)
        {
            command.Append((char)letter[0]);
        }

        return command.ToString();
    }

    private async Task<byte[]> ReadChunksAsync(NetworkStream stream)
    {
        using MemoryStream content = new();
        while (BinaryPrimitives.ReadInt32BigEndian(await ReadAsync(stream, sizeof(int))) is > 0 and int length)
        {
            content.Write(await ReadAsync(stream, length));
        }

        return content.ToArray();
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _end.Token);
        return bytes;
    }
}
