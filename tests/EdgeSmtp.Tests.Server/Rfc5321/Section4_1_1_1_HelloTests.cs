using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions.Smtp;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"These commands are used to identify the SMTP client to the SMTP server."</summary>
public sealed class Section4_1_1_1_HelloTests
{
    [Fact]
    public async Task Ehlo_ListsWhatIsOffered()
    {
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        Assert.Equal(
            "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n",
            await client.CommandAsync("EHLO client.example.net"));
    }

    [Fact]
    public async Task Ehlo_OfARelayClient_ListsDsn()
    {
        await using SessionHost host = new(listener => listener.RelayNetworks = Net.Of("192.0.2.0/24"));
        TestClient client = await host.GreetedAsync();
        Assert.Contains("250-DSN\r\n", await client.CommandAsync("EHLO c.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ehlo_WithExtensionsOff_ListsFewer()
    {
        await using SessionHost host = new(listener => listener.Smtp = new SmtpOptions { Chunking = false, SmtpUtf8 = false, Dsn = DsnOffer.Always });
        TestClient client = await host.GreetedAsync();
        Assert.Equal(
            "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 67108864\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n",
            await client.CommandAsync("EHLO c.example"));
    }

    [Fact]
    public async Task Helo_IsAnsweredInOneLine_AndAllowsNoParameters()
    {
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        Assert.Equal("250 mx.example.org\r\n", await client.CommandAsync("HELO client.example.net"));
        // RFC 5321 §2.2.1: extensions are for those who said EHLO.
        await client.CommandAsync("MAIL FROM:<a@b.example> SIZE=10", "555 5.5.4");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("HELO")]
    [InlineData("EHLO \t")]
    [InlineData("EHLO a\tb")]
    [InlineData("EHLO a\x1b[2J")]
    [InlineData("EHLO \xff\xfe")]
    public async Task Hello_Malformed_Is501AndNoIntroduction(string line)
    {
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        await client.CommandAsync(line, "501 5.5.4");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "503 5.5.1");
    }

    [Theory]
    [InlineData(255, "250")]
    [InlineData(256, "501")]
    public async Task Hello_AtAndOverItsLength_IsTakenAndRefused(int length, string expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        await client.CommandAsync("EHLO " + new string('x', length), expected);
    }

    [Fact]
    public async Task Hello_Again_ForgetsTheTransaction()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("EHLO again.example", "250-");
        await client.CommandAsync("DATA", "503 5.5.1");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Fact]
    public async Task Hello_MalformedWithinATransaction_LeavesItAlone()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("EHLO", "501");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
    }

    [Fact]
    public async Task Hello_RefusedAtItsStage_IsAnsweredThere()
    {
        await using SessionHost host = new(listener => listener.RejectAt = Pipeline.RejectAt.Stage);
        host.With(new FakeFilter { Hello = session => session.Hello == "bad.example" ? Verdict.From(FakeFilter.Reject) : Verdict.Continue });
        TestClient client = await host.GreetedAsync();
        await client.CommandAsync("EHLO bad.example", "550 5.7.1 No [");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "503");
        await client.CommandAsync("EHLO good.example", "250-");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }
}
