using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// Stands between an edge and a DNS server on this host and makes it as far away as a real one: every answer is held back for the same time, any number at once.
/// Counts what is asked. One thread that looks every millisecond: what it costs is taken from the edge that is measured, so nobody is woken for a single datagram.
/// </summary>
internal sealed class DnsRelay : IAsyncDisposable
{
    // What is more than the server's receive buffer would be lost there, and asked again.
    private const int AtServerMax = 64;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(1);

    private readonly PortClaim _claim = PortClaim.Take();
    private readonly Socket _clients = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Dictionary<ushort, Asked> _atServer = [];
    private readonly Queue<Held> _held = [];
    private readonly byte[] _buffer = new byte[4096];
    private readonly TimeSpan _delay;
    private readonly Thread _thread;
    private volatile bool _isStopped;
    private long _lastAsked;
    private ushort _lastId;

    private DnsRelay(int server, TimeSpan delay)
    {
        _delay = delay;
        foreach (Socket socket in new[] { _clients, _server })
            socket.ReceiveBufferSize = socket.SendBufferSize = 4 << 20;
        _clients.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _server.Connect(IPAddress.Loopback, server);
        _thread = new(Run);
        _thread.Start();
    }

    public int Port => _claim.Port;

    /// <summary>Name and type of each question, with the number of times that it was asked.</summary>
    public ConcurrentDictionary<(string Name, int Type), int> Questions { get; } = new();

    public static DnsRelay Start(int server, TimeSpan delay) => new(server, delay);

    public ValueTask DisposeAsync()
    {
        _isStopped = true;
        _thread.Join();
        _clients.Dispose();
        _server.Dispose();
        _claim.Dispose();
        return ValueTask.CompletedTask;
    }

    private static (string Name, int Type) QuestionOf(ReadOnlySpan<byte> message)
    {
        StringBuilder name = new();
        int at = 12;
        for (; message[at] != 0; at += message[at] + 1)
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(message.Slice(at + 1, message[at])));
        return (name.ToString().ToLowerInvariant(), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]));
    }

    private void Run()
    {
        while (!_isStopped)
        {
            try
            {
                TakeAnswers();
                Ask();
                Deliver();
            }
            catch (SocketException)
            {
                // Linux reports here that one of the clients, or the server, is not there any more; what it reports is gone with it.
            }
            Thread.Sleep(Turn);
        }
    }

    private void Ask()
    {
        if (_atServer.Count >= AtServerMax && Stopwatch.GetElapsedTime(_lastAsked) > LostAfter)
            _atServer.Clear();
        while (_atServer.Count < AtServerMax && _clients.Available > 0)
        {
            SocketAddress client = new(AddressFamily.InterNetwork);
            int length = _clients.ReceiveFrom(_buffer, SocketFlags.None, client);
            Questions.AddOrUpdate(QuestionOf(_buffer), 1, static (_, count) => count + 1);
            // Ids of different clients may be the same; on the way to the server each question has one of its own.
            _atServer[++_lastId] = new(client, BinaryPrimitives.ReadUInt16BigEndian(_buffer));
            BinaryPrimitives.WriteUInt16BigEndian(_buffer, _lastId);
            _lastAsked = Stopwatch.GetTimestamp();
            _server.Send(_buffer.AsSpan(0, length));
        }
    }

    private void TakeAnswers()
    {
        while (_server.Available > 0)
        {
            int length = _server.Receive(_buffer);
            if (!_atServer.Remove(BinaryPrimitives.ReadUInt16BigEndian(_buffer), out Asked? asked))
                continue;
            BinaryPrimitives.WriteUInt16BigEndian(_buffer, asked.Id);
            _held.Enqueue(new(Stopwatch.GetTimestamp(), _buffer[..length], asked.Client));
        }
    }

    // All are held equally long, so they leave in the order in which they came.
    private void Deliver()
    {
        while (_held.TryPeek(out Held held) && Stopwatch.GetElapsedTime(held.Came) >= _delay)
        {
            _held.Dequeue();
            _clients.SendTo(held.Message, SocketFlags.None, held.Client);
        }
    }

    private sealed record Asked(SocketAddress Client, ushort Id);

    private readonly record struct Held(long Came, byte[] Message, SocketAddress Client);
}
