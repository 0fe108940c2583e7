using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"Any system that includes an SMTP server supporting mail relaying or delivery MUST support the reserved mailbox "postmaster" as a case-insensitive local name."</summary>
public sealed class Section4_5_1_PostmasterTests
{
    [Theory]
    [InlineData("Postmaster")]
    [InlineData("postmaster")]
    [InlineData("POSTMASTER")]
    [InlineData("postmaster@example.com")]
    [InlineData("PostMaster@Example.Com")]
    [InlineData("\"postmaster\"@example.com")]
    [InlineData("postmaster@any.example.com")]
    [InlineData("postmaster@mx.example.org")]
    [InlineData("postmaster@alias.example.org")]
    [InlineData("postmaster@[192.0.2.25]")]
    public async Task Postmaster_InAnyForm_GoesToTheConfiguredMailbox(string path)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<>", "250");
        await client.CommandAsync($"RCPT TO:<{path}>", "250 2.1.5");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(["chief@example.com"], Assert.Single(host.Store.Messages).To);
    }

    [Theory]
    [InlineData("postmaster@elsewhere.example")]
    [InlineData("postmaster@[192.0.2.99]")]
    [InlineData("postmaster%elsewhere.example@any.example.com")]
    public async Task Postmaster_OfOthers_IsNotRelayed(string path)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<>", "250");
        await client.CommandAsync($"RCPT TO:<{path}>", "550 5.7.1");
    }

    [Fact]
    public async Task Postmaster_WhenTheConnectionWasRejected_IsStillTaken()
    {
        await using SessionHost host = new();
        host.With(FakeFilter.OnConnect(FakeFilter.Reject));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "550 5.7.1 No [");
        await client.CommandAsync("RCPT TO:<postmaster>", "250 2.1.5");
    }

    [Fact]
    public async Task TwoPostmastersAndTheirMailbox_AreOneRecipient()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<postmaster>
            S: 250
            C: RCPT TO:<postmaster@example.com>
            S: 250
            C: RCPT TO:<chief@example.com>
            S: 250
            C: DATA
            S: 354
            C: .
            S: 250
            """);
        Assert.Equal(["chief@example.com"], Assert.Single(host.Store.Messages).To);
    }

    [Fact]
    public async Task OwnName_HasNobodyButPostmaster()
    {
        await using SessionHost host = new(listener => listener.RelayNetworks = Net.Of("192.0.2.0/24"));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@mx.example.org>", "550 5.1.1");
    }
}
