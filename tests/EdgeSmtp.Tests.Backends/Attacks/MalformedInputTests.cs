using System.Text;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Attacks;

/// <summary>Input that other servers have tripped over. Each test ends with the same server serving the next client.</summary>
public sealed class MalformedInputTests(PlainEdge plain) : IClassFixture<PlainEdge>
{
    [Fact]
    public async Task CommandLine_AboveItsLimit_Is500_AndTheSessionGoesOn()
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        SmtpReply reply = await client.CommandAsync("NOOP " + new string('x', 5_000));
        await client.ExpectAsync(500, reply);
        Assert.Contains("5.5.2", reply.Text, StringComparison.Ordinal);
        await client.ExpectAsync(250, await client.CommandAsync("NOOP"));
    }

    [Fact]
    public async Task CommandLine_WithoutEnd_NeitherHangsNorGrowsTheServer()
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        long before = plain.Edge.PrivateKib();
        try
        {
            for (int i = 0; i < 64; i++)
                await client.SendAsync(new string('A', 256 * 1024));
        }
        catch (IOException)
        {
            // Closing is as good an answer as 500.
        }
        Assert.InRange(plain.Edge.PrivateKib() - before, long.MinValue, 32 * 1024);
        await AliveAsync();
    }

    [Theory]
    [InlineData("MAIL FROM:<a\rRCPT TO:<x>@b.test>")]
    [InlineData("MAIL FROM:<a@b.test\0>")]
    [InlineData("MAIL FROM:<a@b.test> FOO=BAR")]
    [InlineData("MAIL FROM:<a@b.test> BODY=XYZ")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=-1")]
    [InlineData("MAIL FROM:a@b.test> SIZE=99999999999999999999")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=99999999999")]
    [InlineData("ETRN #',1);###")]
    [InlineData("EXPN postmaster")]
    [InlineData("HELP\u00ff\u00fe")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT 99999999999999999999")]
    [InlineData("BDAT abc")]
    [InlineData("BDAT 5 5")]
    [InlineData("BDAT")]
    public async Task Command_OutsideTheGrammar_IsRefused(string command)
    {
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort))
        {
            SmtpReply reply = await client.CommandAsync(command);
            Assert.True(reply.IsPermanent || reply.Code is 421 or 252 or 214 || reply.IsClosed, $"{command}: {reply}");
        }
        await AliveAsync();
    }

    [Theory]
    [InlineData("VRFY")]
    [InlineData("VRFY user")]
    public async Task Vrfy_OfKnownAndUnknown_SaysTheSame(string command)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        SmtpReply known = await client.CommandAsync(command);
        SmtpReply unknown = await client.CommandAsync(command.Replace("user", "nobody", StringComparison.Ordinal));
        Assert.Equal(known.Code, unknown.Code);
    }

    [Fact]
    public async Task BdatChunk_WithoutRecipients_IsSwallowed_NotRun()
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        string chunk = "MAIL FROM:<evil@evil.test>\r\nRCPT TO:<user@example.test>\r\nDATA\r\n";
        await client.SendAsync($"BDAT {chunk.Length} LAST\r\n{chunk}");
        SmtpReply reply = await client.ReadReplyAsync();
        Assert.True(reply.IsPermanent, reply.Text);
        await client.ExpectAsync(221, await client.CommandAsync("QUIT"));
    }

    [Fact]
    public async Task BdatMessage_WithABareDotLine_ArrivesIntact()
    {
        Specimen specimen = Specimen.Make("dots");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        await client.ExpectAsync(250, await client.CommandAsync("RCPT TO:<user@example.test>"));
        int half = specimen.Content.Length / 2;
        await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"BDAT {half}\r\n"), .. specimen.Content[..half]]);
        await client.ExpectAsync(250, await client.ReadReplyAsync());
        await client.ExpectAsync(503, await client.CommandAsync("DATA"));
        await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"BDAT {specimen.Content.Length - half} LAST\r\n"), .. specimen.Content[half..]]);
        SmtpReply reply = await client.ReadReplyAsync();
        if (reply.Code == 250)
            StoredMail.AssertIntact(specimen, await plain.User.WaitAsync(specimen.Token));
        else
            Assert.True(reply.IsPermanent, reply.Text); // RFC 3030 §3: DATA after BDAT may end the transaction.
    }

    [Fact]
    public async Task EhloArgument_WithControlCharacters_ForgesNoReceivedField()
    {
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        SmtpReply hello = await client.CommandAsync("EHLO x\u001b[2J (evil) by mx.example.test\twith ESMTP");
        if (hello.Code != 250)
        {
            Assert.True(hello.IsPermanent, hello.Text);
            return;
        }
        Specimen specimen = Specimen.Make("plain");
        if ((await client.TransactionAsync("s@client.test", "postmaster", specimen.Content)).Code != 250)
            return;
        string[] trace = StoredMail.Trace(specimen, await plain.User.WaitAsync(specimen.Token));
        string received = Assert.Single(trace, field => field.StartsWith("Received:", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', received);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: mx.example.test\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nMAIL FROM:<evil@evil.test>\r\nRCPT TO:<user@example.test>\r\nDATA\r\nx\r\n.\r\n")]
    [InlineData("CONNECT mx:25 HTTP/1.1\r\n\r\n")]
    public async Task HttpRequest_OnTheSmtpPort_DeliversNothing(string request)
    {
        int before = plain.User.Count;
        await using (SmtpConversation client = await SmtpConversation.ConnectAsync(plain.Edge.SmtpPort))
        {
            await client.SendAsync(request);
            await client.ReadToEndAsync(TimeSpan.FromSeconds(2));
        }
        await AliveAsync();
        Assert.Equal(before, plain.User.Count);
    }

    [Fact]
    public async Task NulInContent_Is550_AndDeliversNothing()
    {
        int before = plain.User.Count;
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        SmtpReply reply = await client.TransactionAsync("s@client.test", "user@example.test", "Subject: x\r\n\r\na\0b\r\n"u8.ToArray());
        await client.ExpectAsync(550, reply);
        await client.ExpectAsync(221, await client.CommandAsync("QUIT"));
        Assert.Equal(before, plain.User.Count);
    }

    [Theory]
    [InlineData("99999999999:")]
    [InlineData("5:abc,x")]
    [InlineData("-1:,")]
    [InlineData("0000000000000000000000005:\nabcd,")]
    [InlineData("6:\nabc\r\n,0:,3:0:,,")]
    [InlineData("1:x,0:,3:0:,,")]
    public async Task QmtpPackage_OutsideTheGrammar_IsDroppedOrRefused(string bytes)
    {
        int before = plain.User.Count;
        using (QmtpConversation client = await QmtpConversation.ConnectAsync(plain.Edge.QmtpPort))
        {
            await client.SendAsync(Encoding.Latin1.GetBytes(bytes));
            client.HalfClose();
            string? answer = await client.ReadAnswerAsync();
            Assert.True(answer is null || answer[0] is 'D' or 'Z', answer);
        }
        await AliveAsync();
        Assert.Equal(before, plain.User.Count);
    }

    private async Task AliveAsync()
    {
        Assert.False(plain.Edge.Process.HasExited, plain.Edge.Process.OutputTail);
        await using SmtpConversation next = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
    }
}
