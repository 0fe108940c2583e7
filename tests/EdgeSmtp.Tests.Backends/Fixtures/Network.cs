using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Readiness probes that do what a client does, not only whether the port is open.</summary>
internal static class Network
{
    /// <summary>Whether a server there greets with the given first bytes, after a first word of ours where it wants one.</summary>
    public static async Task<bool> GreetsAsync(int port, string expected, string first = "", string address = "127.0.0.1")
    {
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(5));
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Parse(address), port, source.Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(first), source.Token);
            byte[] got = new byte[expected.Length];
            await client.GetStream().ReadExactlyAsync(got, source.Token);
            return Encoding.ASCII.GetString(got) == expected;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether anything listens there; for protocols in which the server never speaks first.</summary>
    public static async Task<bool> AcceptsAsync(int port)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether a DNS server there answers the question at all.</summary>
    public static async Task<bool> AnswersDnsAsync(int port, string name)
    {
        using UdpClient client = new();
        client.Connect(IPAddress.Loopback, port);
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(500));
        try
        {
            await client.SendAsync(DnsQuestion(name), source.Token);
            UdpReceiveResult answer = await client.ReceiveAsync(source.Token);
            return answer.Buffer.Length > 12;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    // RFC 1035 §4.1: header with RD set and one question of type A, class IN.
    private static byte[] DnsQuestion(string name)
    {
        List<byte> packet = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (string label in name.Split('.'))
        {
            packet.Add((byte)label.Length);
            packet.AddRange(Encoding.ASCII.GetBytes(label));
        }
        packet.AddRange([0, 0, 1, 0, 1]);
        return [.. packet];
    }
}
