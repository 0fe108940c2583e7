using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Tests.Backends.ClamAv;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Scanning;
using EdgeSmtp.Toolkit.Net;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Measuring;

/// <summary>Clients of clamd and spamd that do what any client must do, and nothing else; and mail that no scanner has seen before.</summary>
internal static class Scanners
{
    private const int MailBytes = 4096;

    private static readonly string[] Words = ["invoice", "meeting", "friday", "please", "regards", "report", "lunch", "the", "and", "for", "quarter", "draft", "send", "number", "house", "garden"];

    private static int _made;

    /// <summary>4 KB of words in an order of their own.</summary>
    public static byte[] NextMail()
    {
        int number = Interlocked.Increment(ref _made);
        Random random = new(number);
        StringBuilder text = new();
        while (text.Length < MailBytes)
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(12) == 0 ? "\r\n" : " ");
        return ScannedEdge.Mail($"scan-{number}", text.ToString());
    }

    /// <summary>Has clamd scan a file: connects, passes the descriptor, reads the answer.</summary>
    public static async Task AskClamdAsync(Clamd clamd, FileContent content)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(clamd.Socket));
        await socket.SendAsync("zFILDES\0"u8.ToArray());
        using SafeFileHandle file = content.OpenDescriptor();
        await DescriptorPassing.SendAsync(socket, file, TimeProvider.System, CancellationToken.None);
        byte[] answer = new byte[64];
        int length = await socket.ReceiveAsync(answer);
        Assert.True(answer.AsSpan(0, length).EndsWith(": OK\0"u8));
    }

    /// <summary>Has spamd score a mail, with the trace fields that it would have.</summary>
    public static async Task AskSpamdAsync(Spamd spamd, byte[] content)
    {
        byte[] mail = [.. "Return-Path: <s@client.test>\r\nReceived: from client.example.test ([127.0.0.1]) by mx.example.test with ESMTP; Thu, 1 Jan 2026 00:00:00 +0000\r\n"u8, .. content];
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(spamd.UnixAddress["unix:".Length..]));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"SYMBOLS SPAMC/1.5\r\nContent-length: {mail.Length}\r\n\r\n"));
        await socket.SendAsync(mail);
        byte[] answer = new byte[4096];
        int length = 0;
        while (await socket.ReceiveAsync(answer.AsMemory(length)) is > 0 and int read)
            length += read;
        Assert.StartsWith("SPAMD/1.1 0 EX_OK", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }
}
