using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends;

/// <summary>The next hops alone, without the edge: when one of these fails, it is not the edge's fault.</summary>
public sealed class FixtureTests
{
    [Fact]
    public async Task Postfix_TakesEverySpecimen_Unchanged()
    {
        await using PostfixSink sink = await PostfixSink.StartAsync();
        foreach (string name in Specimen.Names)
        {
            Specimen specimen = Specimen.Make(name);
            await using SmtpConversation client = await SmtpConversation.OpenAsync(sink.Port);
            Assert.Equal(250, (await client.TransactionAsync("s@client.test", "any@next.test", specimen.Content)).Code);
            StoredMail.AssertIntact(specimen, await sink.Maildir.WaitAsync(specimen.Token, otherwise: () => sink.Log));
        }
    }

    [Theory]
    [InlineData("swaks")]
    [InlineData("smtp-source")]
    [InlineData("smtplib")]
    [InlineData("mailkit")]
    [InlineData("openssl")]
    public async Task RealClient_ToPostfixItself_SendsWhatItSaysItSent(string client)
    {
        await using PostfixSink sink = await PostfixSink.StartAsync();
        foreach (string name in Specimen.Names)
        {
            Specimen specimen = Specimen.Make(name);
            byte[] sent = await RealClients.SendAsync(client, sink.Port, "any@next.test", specimen);
            StoredMail.AssertIntact(sent, await sink.Maildir.WaitAsync(specimen.Token, otherwise: () => sink.Log));
        }
    }

    [Fact]
    public async Task Postfix_OffersTlsAndUtf8_AndRefusesOtherDomains()
    {
        await using PostfixSink sink = await PostfixSink.StartAsync();
        await using SmtpConversation client = await SmtpConversation.OpenAsync(sink.Port);
        await client.StartTlsAsync();
        SmtpReply hello = await client.CommandAsync("EHLO client.test");
        Assert.Contains("SMTPUTF8", hello.Text, StringComparison.Ordinal);
        SmtpReply refused = await client.TransactionAsync("s@client.test", "any@elsewhere.test", Specimen.Make("plain").Content);
        Assert.Equal(554, refused.Code);
    }

    [Fact]
    public async Task HaProxy_BeforePostfix_BringsTheClientsOwnAddress()
    {
        await using PostfixSink sink = await PostfixSink.StartAsync(behindProxy: true);
        await using HaProxy proxy = await HaProxy.StartAsync(sink.Port);
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(proxy.Port, from: "127.0.0.77");
        Assert.Equal(250, (await client.TransactionAsync("s@client.test", "any@next.test", specimen.Content)).Code);
        byte[] stored = await sink.Maildir.WaitAsync(specimen.Token, otherwise: () => sink.Log);
        Assert.Contains(StoredMail.Trace(specimen, stored), field => field.Contains("[127.0.0.77]", StringComparison.Ordinal));
        await proxy.DrainAsync(0);
        Assert.Equal("DRAIN", Assert.Single(await proxy.StatusAsync()));
    }

    [Fact]
    public async Task Dovecot_TakesEverySpecimen_AndRefusesTheUnknown()
    {
        await using DovecotLmtp dovecot = await DovecotLmtp.StartAsync();
        foreach (string name in Specimen.Names)
        {
            Specimen specimen = Specimen.Make(name);
            await using SmtpConversation client = await SmtpConversation.ConnectAsync(dovecot.Port);
            Assert.Equal(220, (await client.ReadReplyAsync()).Code);
            Assert.Equal(250, (await client.CommandAsync("LHLO client.test")).Code);
            Assert.Equal(250, (await client.TransactionAsync("s@client.test", "alice@lmtp.test", specimen.Content)).Code);
            StoredMail.AssertIntact(specimen, await dovecot.MaildirOf("alice").WaitAsync(specimen.Token, otherwise: () => dovecot.Log));
            SmtpReply unknown = await client.TransactionAsync("s@client.test", "nobody@lmtp.test", specimen.Content);
            Assert.Equal(550, unknown.Code);
        }
    }

    [Fact]
    public async Task SmtpSink_KeepsWhatItTakes_InItsDump()
    {
        await using SmtpSink sink = await SmtpSink.StartAsync();
        Specimen specimen = Specimen.Make("plain");
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(sink.Port))
            Assert.Equal(250, (await client.TransactionAsync("s@client.test", "any@next.test", specimen.Content)).Code);
        await Until.TrueAsync(() => sink.Dump.Contains(specimen.Token, StringComparison.Ordinal), Until.Soon, () => sink.Dump);
    }

    [Fact]
    public async Task DnsServers_Start_AndAnswer()
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        await using Nsd zone = await Nsd.StartAsync("zone.test", "@ IN MX 10 mx1.zone.test.\nmx1 IN A 127.0.0.11\n");
        Command.Result listed = await Command.RunAsync("dig", "+short", "@127.0.0.1", "-p", $"{list.Port}", "2.0.0.127.bl.test", "A");
        Assert.Equal("127.0.0.2", listed.Output.Trim());
        Command.Result mx = await Command.RunAsync("dig", "+short", "@127.0.0.1", "-p", $"{zone.Port}", "zone.test", "MX");
        Assert.Equal("10 mx1.zone.test.", mx.Output.Trim());
    }
}
