using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Relay;

/// <summary>Nobody relays who was not told that he may; loopback, where all these tests come from, is no exception.</summary>
public sealed class OpenRelayTests(PlainEdge plain) : IClassFixture<PlainEdge>
{
    [Fact]
    public async Task RelayForms_OverSmtp_AreAllRefused()
    {
        List<string> taken = [];
        foreach (string sender in RelayForms.Senders)
        {
            foreach (string form in RelayForms.All)
            {
                await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
                await client.ExpectAsync(250, await client.CommandAsync($"MAIL FROM:<{sender}> SMTPUTF8"));
                SmtpReply reply = await client.CommandAsync($"RCPT TO:<{form}>");
                if (!reply.IsPermanent)
                    taken.Add($"<{sender}> -> <{form}>: {reply}");
                SmtpReply data = await client.CommandAsync("DATA");
                if (data.Code == 354)
                    taken.Add($"<{sender}> -> <{form}>: DATA was allowed");
            }
        }
        Assert.Empty(taken);
        Assert.Equal(0, await plain.Edge.QueueLengthAsync());
        Assert.Equal("", plain.Sink.Dump);
    }

    [Fact]
    public async Task RelayForms_OverQmtp_AreAllRefused()
    {
        List<string> taken = [];
        foreach (string form in RelayForms.All)
        {
            using QmtpConversation client = await QmtpConversation.ConnectAsync(plain.Edge.QmtpPort);
            IReadOnlyList<string?> answers = await client.SubmitAsync("user@example.test", [form], Specimen.Make("plain").Content);
            if (answers[0] is { } answer && !answer.StartsWith('D'))
                taken.Add($"<{form}>: {answer}");
        }
        Assert.Empty(taken);
        Assert.Equal(0, await plain.Edge.QueueLengthAsync());
        Assert.Equal("", plain.Sink.Dump);
    }

    // RFC 5321 §4.1.1.3 and Appendix C: the route before the colon is ignored, so this is a local recipient and no relaying.
    [Fact]
    public async Task SourceRoute_ToALocalRecipient_IsDeliveredOrRefused_ButNotRelayed()
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        SmtpReply reply = await client.TransactionAsync("s@client.test", "@elsewhere.test:user@example.test", specimen.Content);
        if (reply.Code == 250)
            await plain.User.WaitAsync(specimen.Token);
        else
            Assert.True(reply.IsPermanent, reply.Text);
        Assert.Equal("", plain.Sink.Dump);
    }

    [Theory]
    [InlineData("USER@EXAMPLE.TEST")]
    [InlineData("User@Example.Test")]
    [InlineData("\"user\"@example.test")]
    [InlineData("user+folder@example.test")]
    public async Task LocalRecipient_InItsOtherForms_IsDelivered(string recipient)
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", recipient, specimen.Content));
        await plain.User.WaitAsync(specimen.Token, otherwise: () => plain.Edge.Process.OutputTail);
    }

    [Fact]
    public async Task UnknownRecipient_OfALocalDomain_IsRefusedWith550()
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
        SmtpReply reply = await client.TransactionAsync("s@client.test", "nobody@example.test", Specimen.Make("plain").Content);
        await client.ExpectAsync(550, reply);
        Assert.Contains("5.1.1", reply.Text, StringComparison.Ordinal);
    }
}
