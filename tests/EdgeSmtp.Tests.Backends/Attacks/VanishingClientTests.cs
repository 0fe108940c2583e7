using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Attacks;

/// <summary>Clients that vanish at every point of a session: nothing is delivered that was not acknowledged, and nothing leaks.</summary>
public sealed class VanishingClientTests(PlainEdge plain) : IClassFixture<PlainEdge>
{
    private const string Whole =
        "EHLO client.example.test\r\nMAIL FROM:<s@client.test>\r\nRCPT TO:<user@example.test>\r\nDATA\r\n"
        + "X-Token: vanish\r\nSubject: never whole\r\n\r\nHello.\r\n..stuffed\r\n.\r";

    private const string WholeBdat =
        "EHLO client.example.test\r\nMAIL FROM:<s@client.test>\r\nRCPT TO:<user@example.test>\r\nBDAT 60 LAST\r\nX-Token: vanish\r\n\r\nnot sixty octets";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_ThatVanishesAfterAnyByte_LeavesNothingBehind(bool reset)
    {
        int mailBefore = plain.User.Count;
        await WarmUpAsync();
        Leaks leaks = new(plain.Edge);
        byte[] qmtp = QmtpConversation.Package("s@client.test", ["user@example.test"], "Subject: never whole\r\n\r\nx\r\n"u8);

        foreach (string script in new[] { Whole, WholeBdat })
            for (int length = 0; length <= script.Length; length += 3)
                await VanishAsync(plain.Edge.SmtpPort, Encoding.Latin1.GetBytes(script[..length]), reset);
        for (int length = 0; length < qmtp.Length; length++)
            await VanishAsync(plain.Edge.QmtpPort, qmtp[..length], reset);

        await leaks.NoneAsync();
        Assert.Equal(0, await plain.Edge.QueueLengthAsync());
        Assert.Equal(mailBefore, plain.User.Count);
        Assert.Equal(0, await plain.Edge.MetricAsync("edgesmtp_staging_bytes"));
        await using SmtpConversation next = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
    }

    [Fact]
    public async Task Client_ThatVanishesInTheHandshake_LeavesNothingBehind()
    {
        await WarmUpAsync();
        Leaks leaks = new(plain.Edge);
        byte[] clientHello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
        for (int length = 0; length <= clientHello.Length; length++)
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
            await client.ExpectAsync(220, await client.CommandAsync("STARTTLS"));
            await client.SendAsync(clientHello.AsMemory(0, length));
            client.Reset();
        }
        await leaks.NoneAsync();
    }

    // What the tests above rely on.
    [Fact]
    public async Task Client_ThatStays_IsHeld_UntilItLeaves()
    {
        await WarmUpAsync();
        Leaks leaks = new(plain.Edge);
        await leaks.NoneAsync();
        await using (await SmtpConversation.OpenAsync(plain.Edge.SmtpPort))
            Assert.StartsWith("tcp ", Assert.Single(leaks.Held()), StringComparison.Ordinal);
        await leaks.NoneAsync();
    }

    // A FIN is not an abort: a client that has said everything may close its half and wait.
    [Fact]
    public async Task Client_ThatHalfClosesAfterTheDot_StillGetsItsReplies()
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        await client.ExpectAsync(250, await client.CommandAsync("RCPT TO:<user@example.test>"));
        await client.ExpectAsync(354, await client.CommandAsync("DATA"));
        await client.SendAsync(DotStuffing.Apply(specimen.Content));
        client.Socket!.Shutdown(SocketShutdown.Send);
        await client.ExpectAsync(250, await client.ReadReplyAsync());
        await plain.User.WaitAsync(specimen.Token);
    }

    [Fact]
    public async Task QmtpClient_ThatHalfClosesAfterItsPackage_StillGetsItsAnswer()
    {
        Specimen specimen = Specimen.Make("plain");
        using QmtpConversation client = await QmtpConversation.ConnectAsync(plain.Edge.QmtpPort);
        await client.SendAsync(QmtpConversation.Package("s@client.test", ["user@example.test"], specimen.Content));
        client.HalfClose();
        Assert.StartsWith("K", await client.ReadAnswerAsync(), StringComparison.Ordinal);
        await plain.User.WaitAsync(specimen.Token);
    }

    // The first sessions open what stays open: journal segments, log files, the thread pool's handles.
    private async Task WarmUpAsync()
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.TransactionAsync("s@client.test", "alice@example.test", specimen.Content);
        await plain.Edge.MaildirOf("alice").WaitAsync(specimen.Token);
        await plain.Edge.MetricsAsync();
    }

    private static async Task VanishAsync(int port, byte[] bytes, bool reset)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        if (bytes.Length > 0)
            await socket.SendAsync(bytes);
        if (reset)
            socket.LingerState = new LingerOption(true, 0);
    }
}
