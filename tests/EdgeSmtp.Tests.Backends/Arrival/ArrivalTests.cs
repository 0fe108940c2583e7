using System.Text;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Arrival;

/// <summary>Mail of real clients arrives at real destinations, byte for byte.</summary>
public sealed class ArrivalTests(MailNet net) : IClassFixture<MailNet>
{
    private static readonly TimeSpan LargeLimit = TimeSpan.FromMinutes(2);

    [Theory]
    [CombinatorialClients]
    public async Task RealClient_EverySpecimen_ArrivesIntact(string client, string destination)
    {
        (string address, Maildir maildir) = net.Destination(destination);
        foreach (string name in Specimen.Names)
        {
            Specimen specimen = Specimen.Make(name);
            byte[] sent = await RealClients.SendAsync(client, net.Edge.SmtpPort, address, specimen);
            byte[] stored = await maildir.WaitAsync(specimen.Token, otherwise: () => $"{client} {name}: {net.Logs}");
            StoredMail.AssertIntact(sent, stored);
        }
    }

    [Theory]
    [InlineData("maildir")]
    [InlineData("postfix")]
    [InlineData("dovecot")]
    public async Task LargeMessage_50MB_ArrivesIntact(string destination)
    {
        (string address, Maildir maildir) = net.Destination(destination);
        Specimen specimen = Specimen.Make("large");
        await RealClients.SmtplibAsync(net.Edge.SmtpPort, "sender@client.test", address, specimen);
        byte[] stored = await maildir.WaitAsync(specimen.Token, LargeLimit, () => net.Logs);
        StoredMail.AssertIntact(specimen, stored);
    }

    [Theory]
    [InlineData("maildir", false)]
    [InlineData("maildir", true)]
    [InlineData("postfix", false)]
    [InlineData("postfix", true)]
    [InlineData("dovecot", false)]
    [InlineData("dovecot", true)]
    public async Task Qmtp_EverySpecimen_ArrivesIntact(string destination, bool crCoding)
    {
        (string address, Maildir maildir) = net.Destination(destination);
        using QmtpConversation client = await QmtpConversation.ConnectAsync(net.Edge.QmtpPort);
        foreach (string name in Specimen.Names)
        {
            Specimen specimen = Specimen.Make(name);
            string? answer = Assert.Single(await client.SubmitAsync("sender@client.test", [address], specimen.Content, crCoding));
            Assert.StartsWith("K", answer, StringComparison.Ordinal);
            StoredMail.AssertIntact(specimen, await maildir.WaitAsync(specimen.Token, otherwise: () => net.Logs));
        }
    }

    [Theory]
    [InlineData("grüße@example.test")]
    [InlineData("grüße@next.test")]
    public async Task Utf8Addresses_WithSmtpUtf8_ArriveIntact(string recipient)
    {
        Specimen specimen = Specimen.Make("eightbit");
        byte[] content = [.. "X-Token: "u8, .. Encoding.ASCII.GetBytes(specimen.Token), .. "\r\nSubject: Grüße aus Köln\r\n"u8, .. specimen.Content];
        Specimen utf8 = specimen with { Content = content };
        Maildir maildir = recipient.EndsWith("next.test", StringComparison.Ordinal) ? net.Postfix.Maildir : net.Edge.MaildirOf("grüße");
        await RealClients.SmtplibAsync(net.Edge.SmtpPort, "jörg@client.test", recipient, utf8, "SMTPUTF8", "BODY=8BITMIME");
        byte[] stored = await maildir.WaitAsync(utf8.Token, otherwise: () => net.Logs);
        StoredMail.AssertIntact(utf8, stored);
        Assert.Contains("Return-Path: <jörg@client.test>", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
    }

    // §"SMTPUTF8": Dovecot's LMTP lacks it, so what needs it cannot go there; what does not need it goes without.
    [Fact]
    public async Task Utf8Transaction_WithAsciiEnvelopeAndHeader_GoesToAHopWithoutSmtpUtf8()
    {
        Specimen specimen = Specimen.Make("eightbit");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(net.Edge.SmtpPort);
        SmtpReply reply = await client.TransactionAsync("s@client.test", "alice@lmtp.test", specimen.Content, " SMTPUTF8 BODY=8BITMIME");
        await client.ExpectAsync(250, reply);
        StoredMail.AssertIntact(specimen, await net.Dovecot.MaildirOf("alice").WaitAsync(specimen.Token, otherwise: () => net.Logs));
    }

    [Fact]
    public async Task ThreeDestinations_OfOneTransaction_EachGetTheirCopy()
    {
        Specimen specimen = Specimen.Make("dots");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(net.Edge.SmtpPort);
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        string[] destinations = ["maildir", "postfix", "dovecot"];
        foreach (string destination in destinations)
            await client.ExpectAsync(250, await client.CommandAsync($"RCPT TO:<{net.Destination(destination).Address}>"));
        await client.ExpectAsync(354, await client.CommandAsync("DATA"));
        await client.SendAsync(DotStuffing.Apply(specimen.Content));
        await client.ExpectAsync(250, await client.ReadReplyAsync());
        foreach (string destination in destinations)
        {
            byte[] stored = await net.Destination(destination).Maildir.WaitAsync(specimen.Token, otherwise: () => net.Logs);
            StoredMail.AssertIntact(specimen, stored);
        }
    }

    [Fact]
    public async Task ReceivedField_OfAMaildirMessage_SaysWhoSentItAndHow()
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(net.Edge.SmtpPort, from: "127.0.0.5");
        await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "user@example.test", specimen.Content));
        byte[] stored = await net.Edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => net.Logs);
        string[] trace = StoredMail.Trace(specimen, stored);
        Assert.Contains("Return-Path: <s@client.test>", trace);
        string received = Assert.Single(trace, field => field.StartsWith("Received: ", StringComparison.Ordinal));
        Assert.Contains("from client.example.test", received, StringComparison.Ordinal);
        Assert.Contains("[127.0.0.5]", received, StringComparison.Ordinal);
        Assert.Contains("by mx.example.test", received, StringComparison.Ordinal);
        Assert.Contains("with ESMTP", received, StringComparison.Ordinal);
        Assert.Contains("for <user@example.test>", received, StringComparison.Ordinal);
    }

    // RFC 7435: the next hop's certificate is self-signed, and its STARTTLS is used all the same.
    [Fact]
    public async Task NextHop_ThatOffersStartTls_GetsTheMailEncrypted()
    {
        Specimen specimen = Specimen.Make("plain");
        await RealClients.SendAsync("smtplib", net.Edge.SmtpPort, "user@next.test", specimen);
        byte[] stored = await net.Postfix.Maildir.WaitAsync(specimen.Token, otherwise: () => net.Logs);
        Assert.Contains(StoredMail.Trace(specimen, stored), field => field.Contains("using TLSv1", StringComparison.Ordinal));
    }
}
