using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>8BITMIME, BINARYMIME, SMTPUTF8 and SIZE: what the message needs against what the server offers.</summary>
public sealed class SmtpRequirementTests
{
    private const string Plain = "Subject: x\r\n\r\nhi\r\n";

    [Fact]
    public async Task Send_Utf8AskedButNotNeeded_GoesWithoutTheParameter() // RFC 6531 §3.2
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(["SMTPUTF8"]);
        SmtpSendResult result = await SendAsync(server, Plain, "a@example.net", "s@example.org", utf8: true);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        Assert.Contains("MAIL FROM:<s@example.org>", server.Commands);
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\nhi\r\n", "jörg@example.net", "s@example.org")]
    [InlineData("Subject: x\r\n\r\nhi\r\n", "a@example.net", "jörg@example.org")]
    [InlineData("Subject: grün\r\n\r\nhi\r\n", "a@example.net", "s@example.org")]
    public async Task Send_Utf8NeededAndOffered_GoesWithTheParameter(string content, string recipient, string sender)
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(["SMTPUTF8", "8BITMIME"]);
        SmtpSendResult result = await SendAsync(server, content, recipient, sender, utf8: true);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        Assert.Contains(server.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal) && command.EndsWith(" SMTPUTF8", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\nhi\r\n", "jörg@example.net", "s@example.org", "5.6.7")]
    [InlineData("Subject: x\r\n\r\nhi\r\n", "a@example.net", "jörg@example.org", "5.6.7")]
    [InlineData("Subject: grün\r\n\r\nhi\r\n", "a@example.net", "s@example.org", "5.6.9")]
    public async Task Send_Utf8NeededAndNotOffered_FailsForGood(string content, string recipient, string sender, string code)
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(["8BITMIME"]);
        SmtpSendResult result = await SendAsync(server, content, recipient, sender, utf8: true);
        Assert.Equal((RecipientOutcome.Permanent, true), (result.Recipients[0].Outcome, result.Recipients[0].IsLocal));
        Assert.Equal(code, result.Recipients[0].Reply!.EnhancedCode);
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_Utf8OnlyInTheDomain_GoesAsALabels() // RFC 5890 §2.3.2.1
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering([]);
        SmtpSendResult result = await SendAsync(server, Plain, "a@bücher.example", "s@example.org", utf8: true);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        Assert.Contains("RCPT TO:<a@xn--bcher-kva.example>", server.Commands);
    }

    [Fact]
    public async Task Send_OneRecipientNeedsUtf8_OnlyThatOneFails()
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering([]);
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Plain, "jörg@example.net", "a@example.net"), CancellationToken.None);
        Assert.Equal([RecipientOutcome.Permanent, RecipientOutcome.Accepted], result.Recipients.Select(recipient => recipient.Outcome));
    }

    [Theory]
    [InlineData(true, EightBitPolicy.SendAsIs, "MAIL FROM:<s@example.org> BODY=8BITMIME")]
    [InlineData(false, EightBitPolicy.SendAsIs, "MAIL FROM:<s@example.org>")]
    [InlineData(false, EightBitPolicy.Bounce, null)]
    public async Task Send_EightBit_FollowsThePolicy(bool offered, EightBitPolicy policy, string? mail)
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(offered ? ["8BITMIME"] : []);
        SmtpSendResult result = await SendAsync(server, "Subject: x\r\n\r\ngrün\r\n", "a@example.net", "s@example.org", body: BodyType.EightBitMime, options: ClientCase.Options() with { EightBit = policy });
        if (mail is null) Assert.Equal("5.6.3", result.Recipients[0].Reply!.EnhancedCode);
        else Assert.Contains(mail, server.Commands);
    }

    [Fact]
    public async Task Send_BinaryOffered_GoesInChunks() // RFC 3030 §3
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(["PIPELINING", "CHUNKING", "BINARYMIME"]);
        SmtpSendResult result = await SendAsync(server, "Subject: x\r\n\r\na\nb\r.\0", "a@example.net", "s@example.org", body: BodyType.BinaryMime);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        Assert.Contains("MAIL FROM:<s@example.org> BODY=BINARYMIME", server.Commands);
        Assert.Equal("Subject: x\r\n\r\na\nb\r.\0", server.Messages.Single().Text);
    }

    [Theory]
    [InlineData("CHUNKING")]
    [InlineData("8BITMIME")]
    public async Task Send_BinaryNotOffered_FailsForGood(string offer)
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering([offer]);
        SmtpSendResult result = await SendAsync(server, Plain, "a@example.net", "s@example.org", body: BodyType.BinaryMime);
        Assert.Equal("5.6.3", result.Recipients[0].Reply!.EnhancedCode);
    }

    [Theory]
    [InlineData(17, false)]
    [InlineData(18, true)]
    [InlineData(19, true)]
    [InlineData(0, true)]
    public async Task Send_ServersSizeLimit_IsKept(int limit, bool accepted) // RFC 1870 §6.1
    {
        Assert.Equal(18, Plain.Length);
        await using FakeSmtpServer server = SmtpSendTests.Offering([$"SIZE {limit}"]);
        SmtpSendResult result = await SendAsync(server, Plain, "a@example.net", "s@example.org");
        Assert.Equal(accepted ? RecipientOutcome.Accepted : RecipientOutcome.Permanent, result.Recipients[0].Outcome);
        if (!accepted) Assert.Equal("5.3.4", result.Recipients[0].Reply!.EnhancedCode);
    }

    [Fact]
    public async Task Send_PathWithControlCharacter_NeverReachesTheWire()
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(["PIPELINING"]);
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        byte[] bytes = "a\r\nRSET\r\n@example.net"u8.ToArray();
        SmtpTransaction transaction = new()
        {
            ReversePath = ClientCase.Path("s@example.org"),
            Recipients = [new SmtpRecipient(new EdgeSmtp.Protocol.Addresses.MailPath(bytes, 9, "example.net"))],
            Content = ClientCase.Bytes(Plain),
        };
        SmtpSendResult result = await connection.SendAsync(transaction, CancellationToken.None);
        Assert.Equal("5.1.3", result.Recipients[0].Reply!.EnhancedCode);
        Assert.Single(server.Commands);
    }

    [Fact]
    public async Task Send_Utf8OriginalRecipientToOldServer_IsEncoded() // RFC 6533 §3
    {
        await using FakeSmtpServer server = SmtpSendTests.Offering(["DSN"]);
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        SmtpTransaction transaction = new()
        {
            ReversePath = ClientCase.Path("s@example.org"),
            Recipients = [new SmtpRecipient(ClientCase.Path("a@example.net"), DsnNotify.Failure, "utf-8;jörg@example.net")],
            Content = ClientCase.Bytes(Plain),
        };
        await connection.SendAsync(transaction, CancellationToken.None);
        Assert.Contains(@"RCPT TO:<a@example.net> NOTIFY=FAILURE ORCPT=utf-8;j\x{F6}rg@example.net", server.Commands);
    }

    private static async Task<SmtpSendResult> SendAsync(
        FakeSmtpServer server, string content, string recipient, string sender, bool utf8 = false, BodyType body = BodyType.SevenBit, SmtpClientOptions? options = null)
    {
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, options);
        return await connection.SendAsync(
            new SmtpTransaction
            {
                ReversePath = ClientCase.Path(sender),
                Recipients = [new SmtpRecipient(ClientCase.Path(recipient))],
                Content = ClientCase.Bytes(content),
                Body = body,
                SmtpUtf8 = utf8,
            },
            CancellationToken.None);
    }
}
