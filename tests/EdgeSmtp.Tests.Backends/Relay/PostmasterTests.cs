using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Relay;

/// <summary>RFC 5321 §4.5.1: postmaster is always there.</summary>
public sealed class PostmasterTests(PlainEdge plain) : IClassFixture<PlainEdge>
{
    [Theory]
    [InlineData("postmaster")]
    [InlineData("Postmaster")]
    [InlineData("POSTMASTER")]
    [InlineData("postmaster@example.test")]
    [InlineData("PostMaster@Example.TEST")]
    [InlineData("\"postmaster\"@example.test")]
    [InlineData("postmaster@next.test")]
    public async Task Postmaster_InEveryForm_ReachesTheConfiguredMailbox(string recipient)
    {
        foreach (string sender in new[] { "s@client.test", "" })
        {
            Specimen specimen = Specimen.Make("plain");
            await using SmtpConversation client = await SmtpConversation.OpenAsync(plain.Edge.SmtpPort);
            await client.ExpectAsync(250, await client.TransactionAsync(sender, recipient, specimen.Content));
            await plain.User.WaitAsync(specimen.Token, otherwise: () => plain.Edge.Process.OutputTail);
        }
    }

    [Theory]
    [InlineData("postmaster")]
    [InlineData("POSTMASTER@EXAMPLE.TEST")]
    public async Task Postmaster_OverQmtp_ReachesTheConfiguredMailbox(string recipient)
    {
        Specimen specimen = Specimen.Make("plain");
        using QmtpConversation client = await QmtpConversation.ConnectAsync(plain.Edge.QmtpPort);
        string? answer = Assert.Single(await client.SubmitAsync("", [recipient], specimen.Content));
        Assert.StartsWith("K", answer, StringComparison.Ordinal);
        await plain.User.WaitAsync(specimen.Token, otherwise: () => plain.Edge.Process.OutputTail);
    }

    // Whatever is held against the client, it can tell the postmaster about it.
    [Fact]
    public async Task Postmaster_OfAClientWithABadHelo_IsTakenWhileOthersAreNot()
    {
        Specimen specimen = Specimen.Make("plain");
        await using SmtpConversation client = await SmtpConversation.ConnectAsync(plain.Edge.SmtpPort);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO bad_name!.example"));
        await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
        SmtpReply other = await client.CommandAsync("RCPT TO:<user@example.test>");
        Assert.True(other.IsPermanent, other.Text);
        await client.ExpectAsync(250, await client.CommandAsync("RCPT TO:<postmaster>"));
        await client.ExpectAsync(354, await client.CommandAsync("DATA"));
        await client.SendAsync(DotStuffing.Apply(specimen.Content));
        await client.ExpectAsync(250, await client.ReadReplyAsync());
        await plain.User.WaitAsync(specimen.Token);
    }
}
