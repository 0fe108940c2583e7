using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// Stands between an edge and a DNS server on this host and makes it as far away as a real one: every answer is held back for the same time, any number at once.
/// Counts what is asked.
/// </summary>
internal sealed class DnsRelay : IAsyncDisposable
{
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly Socket _clients = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    // What is more than the server's receive buffer would be lost there, and asked again.
    private readonly SemaphoreSlim _room = new(64);
    private readonly TimeSpan _delay;
    private readonly Pending?[] _pending = new Pending?[ushort.MaxValue + 1];
    private readonly Channel<Held> _held = Channel.CreateUnbounded<Held>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread[] _threads;
    private readonly Task _sending;
    private ushort _lastId;

    private DnsRelay(int server, TimeSpan delay)
    {
        _delay = delay;
        foreach (Socket socket in new[] { _clients, _server })
        {
            socket.ReceiveBufferSize = socket.SendBufferSize = 4 << 20;
            socket.ReceiveTimeout = 200;
        }
        _clients.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _server.Connect(IPAddress.Loopback, server);
        _threads = [new(Ask), new(Answer)];
        foreach (Thread thread in _threads)
            thread.Start();
        _sending = SendAsync();
    }

    public int Port => _claim.Port;

    /// <summary>Name and type of each question, with the number of times that it was asked.</summary>
    public ConcurrentDictionary<(string Name, int Type), int> Questions { get; } = new();

    public static DnsRelay Start(int server, TimeSpan delay) => new(server, delay);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ContinueWith(static _ => { }, TaskScheduler.Default);
        foreach (Thread thread in _threads)
            thread.Join();
        _clients.Dispose();
        _server.Dispose();
        _claim.Dispose();
        _stop.Dispose();
        _room.Dispose();
    }

    private static (string Name, int Type) QuestionOf(ReadOnlySpan<byte> message)
    {
        StringBuilder name = new();
        int at = 12;
        for (; message[at] != 0; at += message[at] + 1)
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(message.Slice(at + 1, message[at])));
        return (name.ToString().ToLowerInvariant(), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]));
    }

    // Threads of their own: what the relay costs is taken from the edge that is measured.
    private void Ask()
    {
        byte[] buffer = new byte[2048];
        SocketAddress from = new(AddressFamily.InterNetwork);
        while (!_stop.IsCancellationRequested)
        {
            if (!TryReceive(() => _clients.ReceiveFrom(buffer, SocketFlags.None, from), out int length))
                continue;
            Questions.AddOrUpdate(QuestionOf(buffer), 1, static (_, count) => count + 1);
            SocketAddress client = new(AddressFamily.InterNetwork);
            from.Buffer.Span[..from.Size].CopyTo(client.Buffer.Span);
            // Ids of different clients may be the same; on the way to the server each question has one of its own.
            ushort id = ++_lastId;
            _pending[id] = new(client, BinaryPrimitives.ReadUInt16BigEndian(buffer));
            BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
            _room.Wait(TimeSpan.FromSeconds(1));
            _server.Send(buffer.AsSpan(0, length));
        }
    }

    private void Answer()
    {
        byte[] buffer = new byte[4096];
        while (!_stop.IsCancellationRequested)
        {
            if (!TryReceive(() => _server.Receive(buffer), out int length)
                || Interlocked.Exchange(ref _pending[BinaryPrimitives.ReadUInt16BigEndian(buffer)], null) is not { } pending)
                continue;
            _room.Release();
            byte[] message = buffer[..length];
            BinaryPrimitives.WriteUInt16BigEndian(message, pending.Id);
            _held.Writer.TryWrite(new(Stopwatch.GetTimestamp(), message, pending.Client));
        }
    }

    // A time-out, or an ICMP error of a client that went away, which Linux reports here.
    private static bool TryReceive(Func<int> receive, out int length)
    {
        try
        {
            length = receive();
            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            length = 0;
            return false;
        }
    }

    // All are held equally long, so they leave in the order in which they came.
    private async Task SendAsync()
    {
        await foreach (Held held in _held.Reader.ReadAllAsync(_stop.Token))
        {
            TimeSpan left = _delay - Stopwatch.GetElapsedTime(held.Came);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, TimeProvider.System, _stop.Token);
            try
            {
                _clients.SendTo(held.Message, SocketFlags.None, held.Client);
            }
            catch (SocketException)
            {
                // Whoever asked has left.
            }
        }
    }

    private sealed record Pending(SocketAddress Client, ushort Id);

    private readonly record struct Held(long Came, byte[] Message, SocketAddress Client);
}
