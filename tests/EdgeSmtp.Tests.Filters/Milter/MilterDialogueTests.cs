using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>What a milter is told of a session, when, and in which words.</summary>
public sealed class MilterDialogueTests : MilterTest
{
    [Fact]
    public async Task Session_OfOneMessage_IsToldInOrder()
    {
        FilterHarness harness = Make();
        harness.Session.ReverseDns = "mail.example.org";
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), ('A' << 8) + 'B');
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        await harness.EndAsync();
        await WaitForAsync(() => Milter.Heard is [.., "Q"]);
        Assert.Equal(
            [
                "Cmail.example.org|4AB192.0.2.1|", "Hclient.example|", "M<sender@example.org>|", "R<rcpt@example.com>|", "T",
                "LSubject|test|", "LTo|rcpt@example.com|", "N", "BA short text.\r\n", "E", "Q",
            ],
            Milter.Commands);
    }

    [Fact]
    public async Task Session_WithoutMail_MakesNoConnection()
    {
        FilterHarness harness = Make();
        await harness.ConnectAsync();
        await harness.HelloAsync();
        await harness.EndAsync();
        Assert.Equal(0, Milter.Connections);
    }

    [Fact]
    public async Task Session_OfSeveralMessages_HasOneConnectionAndIsIntroducedOnce()
    {
        FilterHarness harness = Make();
        for (int i = 0; i < 3; i++)
        {
            await SendAsync(harness);
        }

        Assert.Equal(1, Milter.Connections);
        Assert.Single(Milter.Commands, static heard => heard[0] == 'C');
        Assert.Single(Milter.Commands, static heard => heard[0] == 'H');
        Assert.Equal(3, Milter.Commands.Count(static heard => heard[0] == 'E'));
        Assert.DoesNotContain("A", Milter.Commands);
    }

    [Fact]
    public async Task Message_GivenUp_IsAbortedBeforeTheNext()
    {
        FilterHarness harness = Make();
        await harness.MailAsync("first@example.org");
        await harness.RcptAsync();
        await harness.MailAsync("second@example.org");
        await harness.EndAsync();
        await WaitForAsync(() => Milter.Heard is [.., "Q"]);
        Assert.Equal(["M<first@example.org>|", "R<rcpt@example.com>|", "A", "M<second@example.org>|", "A", "Q"], Milter.Commands.Where(static heard => heard[0] is not ('C' or 'H')));
    }

    [Fact]
    public async Task Hello_SaidAgainUnderTls_IsToldAgain()
    {
        FilterHarness harness = Make();
        await SendAsync(harness);
        harness.Tls = true;
        await SendAsync(harness);
        await SendAsync(harness);
        Assert.Equal(2, Milter.Commands.Count(static heard => heard == "Hclient.example|"));
        Assert.Contains("DH{tls_version}|TLSv1.3|{cipher}|TLS_AES_256_GCM_SHA384|", Milter.Heard);
    }

    [Fact]
    public async Task Qmtp_HasNoHello()
    {
        FilterHarness harness = Make();
        harness.Session.ProtocolInUse = SessionProtocol.Qmtp;
        harness.Session.HelloText = null;
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.DoesNotContain(Milter.Commands, static heard => heard[0] == 'H');
    }

    [Fact]
    public async Task Macros_ByDefault_AreThoseOfPostfix()
    {
        FilterHarness harness = Make();
        harness.Session.User = "joe";
        await SendAsync(harness);
        Assert.Equal(
            [
                "DCj|localhost|_|unknown [192.0.2.1]|{daemon_name}|mx|{daemon_addr}|192.0.2.25|{if_name}|localhost|{if_addr}|192.0.2.25|{client_addr}|192.0.2.1|{client_port}|40000|{client_name}|unknown|{client_ptr}|unknown|v|EdgeSmtp|",
                "DMi|test-transaction-1|{auth_authen}|joe|{mail_addr}|sender@example.org|{mail_host}|example.org|{mail_mailer}|esmtp|",
                "DRi|test-transaction-1|{rcpt_addr}|rcpt@example.com|{rcpt_host}|example.com|{rcpt_mailer}|esmtp|",
                "DTi|test-transaction-1|", "DNi|test-transaction-1|", "DEi|test-transaction-1|",
            ],
            Milter.Heard.Where(static heard => heard[0] == 'D'));
    }

    [Fact]
    public async Task Macros_AskedForByTheMilter_AreThoseAlone()
    {
        Milter.Negotiation = MilterPackets.Negotiation(6, 0x1FF, 0, [.. MilterPackets.Number(2), .. MilterPackets.TextBytes("{mail_addr} no_such_macro")]);
        await SendAsync(Make());
        Assert.Contains("DM{mail_addr}|sender@example.org|", Milter.Heard);
    }

    [Fact]
    public async Task Client_OverIpv6_HasNoPrefix()
    {
        FilterHarness harness = Make();
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 0x3131);
        await SendAsync(harness);
        Assert.Contains("Cunknown|6112001:db8::1|", Milter.Commands);
    }

    [Fact]
    public async Task ClientName_LookedUpByTheSession_IsWaitedFor()
    {
        FilterHarness harness = Make();
        TaskCompletionSource<ClientNameAnswer> lookup = new();
        harness.Session.NameLookup = lookup.Task;
        Task<Verdict> pending = SendAsync(harness);
        lookup.SetResult(new ClientNameAnswer(EdgeSmtp.Abstractions.Dns.DnsStatus.Found, "late.example.org"));
        await pending;
        Assert.Contains(Milter.Commands, static heard => heard.StartsWith("Clate.example.org|4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parameters_OfMailAndRcpt_AreToldAsGiven()
    {
        FilterHarness harness = Make();
        await harness.MailAsync();
        TestTransaction transaction = harness.Transaction;
        transaction.Size = 1234;
        transaction.BodyGiven = BodyType.EightBitMime;
        transaction.SmtpUtf8Given = true;
        transaction.EnvelopeIdGiven = "QQ314159";
        await ((IMailFilter)harness.Filter).OnMailAsync(transaction, default);
        TestRecipient recipient = transaction.Ask("rcpt@example.com");
        recipient.OriginalGiven = "rfc822;first@example.com";
        await ((IRcptFilter)harness.Filter).OnRcptAsync(transaction, recipient, default);
        Assert.Contains("M<sender@example.org>|SIZE=1234|BODY=8BITMIME|SMTPUTF8|ENVID=QQ314159|", Milter.Commands);
        Assert.Contains("R<rcpt@example.com>|ORCPT=rfc822;first@example.com|", Milter.Commands);
    }

    [Fact]
    public async Task NullSender_IsEmptyBrackets()
    {
        FilterHarness harness = Make();
        await harness.MailAsync(string.Empty);
        Assert.Contains("M<>|", Milter.Commands);
    }

    [Fact]
    public async Task Steps_LeftOutByTheMilter_AreNotTold()
    {
        const uint NoHello = 2, NoRcpt = 8, NoBody = 0x10, NoEoh = 0x40, NoData = 0x200;
        Milter.Negotiation = MilterPackets.Negotiation(6, 0, NoHello | NoRcpt | NoBody | NoEoh | NoData);
        await SendAsync(Make());
        Assert.Equal("CMLLE", string.Concat(Milter.Commands.Select(static heard => heard[0])));
    }

    [Fact]
    public async Task Answers_LeftOutByTheMilter_AreNotWaitedFor()
    {
        const uint NoReplies = 0xDF080;
        Milter.Negotiation = MilterPackets.Negotiation(6, 0, NoReplies);
        Milter.Silent = "CHMRTLNB";
        Assert.Equal(VerdictKind.Continue, (await SendAsync(Make())).Kind);
        Assert.Equal("CHMRTLLNBE", string.Concat(Milter.Commands.Select(static heard => heard[0])));
    }

    [Theory]
    [InlineData(0u, "LSubject|folded\n\tvalue|", "LX-Tight|x|")]
    [InlineData(0x100000u, "LSubject|  folded\n\tvalue|", "LX-Tight|x|")]
    public async Task HeaderValue_LeadingSpace_IsKeptByAgreement(uint steps, string folded, string tight)
    {
        Milter.Negotiation = MilterPackets.Negotiation(6, 0, steps);
        await SendAsync(Make(), "Subject:  folded\r\n\tvalue\r\nX-Tight:x\r\n\r\nText.\r\n");
        Assert.Contains(folded, Milter.Commands);
        Assert.Contains(tight, Milter.Commands);
    }

    [Fact]
    public async Task Body_IsCutIntoPiecesOf65535()
    {
        string body = string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 2000));
        await SendAsync(Make(), $"Subject: test\r\n\r\n{body}");
        string[] pieces = [.. Milter.Commands.Where(static heard => heard[0] == 'B').Select(static heard => heard[1..])];
        Assert.Equal([65_535, 65_535, body.Length - 131_070], pieces.Select(static piece => piece.Length));
        Assert.Equal(body, string.Concat(pieces));
    }

    [Fact]
    public async Task Body_AfterSkip_IsLeftOutAndTheEndIsTold()
    {
        Milter.Negotiation = MilterPackets.Negotiation(6, 0, 0x400);
        Milter.On('B', MilterPackets.Packet('s'));
        Assert.Equal(VerdictKind.Continue, (await SendAsync(Make(), "Subject: test\r\n\r\n" + new string('x', 200_000) + "\r\n")).Kind);
        Assert.Equal("BE", string.Concat(Milter.Commands.Select(static heard => heard[0]))[^2..]);
    }

    [Theory]
    [InlineData("\r\nNo header at all.\r\n", "NBE")]
    [InlineData("Subject: no body\r\n", "LNE")]
    [InlineData("Subject: empty body\r\n\r\n", "LNE")]
    [InlineData("Subject: x\r\nthis line is no field\r\nTo: y\r\n\r\nText.\r\n", "LLNBE")]
    public async Task Message_OfAnyShape_IsTold(string message, string letters)
    {
        Assert.Equal(VerdictKind.Continue, (await SendAsync(Make(), message)).Kind);
        Assert.EndsWith(letters, string.Concat(Milter.Commands.Select(static heard => heard[0])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnReceivedField_IsNotShown_OthersAre()
    {
        FilterHarness harness = Make();
        await harness.MailAsync();
        await harness.RcptAsync();
        const string Trace = "Received-SPF: pass\r\nReceived: from client.example by localhost\r\n";
        using TestMessageContent content = new(Trace + "Received: from before by client.example\r\nSubject: test\r\n\r\nText.\r\n", Trace.Length);
        harness.Transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        await ((IMessageFilter)harness.Filter).OnMessageAsync(harness.Transaction, verdicts, default);
        Assert.Equal(["LReceived-SPF|pass|", "LReceived|from before by client.example|", "LSubject|test|"], Milter.Commands.Where(static heard => heard[0] == 'L'));
    }
}
