using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>A DNS server on loopback, UDP and TCP of one port, whose every message a test writes. No reply is a time-out for the client.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly Func<WireQuestion, WireReply?> _answer;
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private WireServer(Func<WireQuestion, WireReply?> answer, Socket udp, TcpListener tcp)
    {
        _answer = answer;
        _udp = udp;
        _tcp = tcp;
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public ConcurrentQueue<WireQuestion> Questions { get; } = new();

    public string Address => _udp.LocalEndPoint!.ToString()!;

    public static WireServer Start(Func<WireQuestion, WireReply?> answer)
    {
        // The TCP port of the same number may be taken by somebody else; then another pair is tried.
        for (int attempt = 0; ; attempt++)
        {
            Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            TcpListener tcp = new(IPAddress.Loopback, ((IPEndPoint)udp.LocalEndPoint!).Port);
            try
            {
                tcp.Start();
                return new WireServer(answer, udp, tcp);
            }
            catch (SocketException) when (attempt < 20)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _serving.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[4096];
        while (!_stop.IsCancellationRequested)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            }
            catch (SocketException)
            {
                // A client that went away answers with an ICMP error, which Linux reports here.
                continue;
            }

            if (Reply(buffer.AsSpan(0, received.ReceivedBytes), overTcp: false) is { } reply)
            {
                await _udp.SendToAsync(reply, received.RemoteEndPoint, _stop.Token);
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client = await _tcp.AcceptTcpClientAsync(_stop.Token);
            _ = ServeOneAsync(client);
        }
    }

    private async Task ServeOneAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            byte[] length = new byte[2];
            while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false, _stop.Token) == 2)
            {
                byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message, _stop.Token);
                if (Reply(message, overTcp: true) is not { } reply)
                {
                    return;
                }

                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
                await stream.WriteAsync((byte[])[.. length, .. reply], _stop.Token);
            }
        }
    }

    private byte[]? Reply(ReadOnlySpan<byte> message, bool overTcp)
    {
        int at = 12;
        StringBuilder name = new();
        while (message[at] != 0)
        {
            name.Append(name.Length > 0 ? "." : string.Empty).Append(Encoding.Latin1.GetString(message.Slice(at + 1, message[at])));
            at += message[at] + 1;
        }

        DnsRecordType type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]);
        int end = at + 5;

        // The OPT record (RFC 6891 §6.1.2): root, type 41, size, then extended code, version and flags; DO is the first flag.
        bool dnssecOk = message.Length >= end + 11 && (message[end + 7] & 0x80) != 0;
        WireQuestion question = new(name.ToString(), type, overTcp, dnssecOk);
        Questions.Enqueue(question);
        return _answer(question)?.ToBytes(message[..2], message[12..end].ToArray(), question);
    }
}
