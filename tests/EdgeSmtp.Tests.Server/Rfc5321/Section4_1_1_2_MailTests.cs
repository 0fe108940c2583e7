using EdgeSmtp.Core.Storage;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"This command is used to initiate a mail transaction."</summary>
public sealed class Section4_1_1_2_MailTests
{
    [Theory]
    [InlineData("MAIL FROM:<a@b.example>", "250 2.1.0")]
    [InlineData("mail from:<a@b.example>", "250 2.1.0")]
    [InlineData("MAIL FROM: <a@b.example>", "250 2.1.0")]
    [InlineData("MAIL FROM:<>", "250 2.1.0")]
    [InlineData("MAIL FROM:<@x.example,@y.example:a@b.example>", "250 2.1.0")]
    [InlineData("MAIL FROM:<\"a b\"@b.example>", "250 2.1.0")]
    [InlineData("MAIL FROM:<a@[192.0.2.7]>", "250 2.1.0")]
    [InlineData("MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=100", "250 2.1.0")]
    [InlineData("MAIL", "501 5.5.4")]
    [InlineData("MAIL FROM", "501 5.5.4")]
    [InlineData("MAIL FROM:a@b.example", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@b.example", "501 5.1.7")]
    [InlineData("MAIL FROM:<a>", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@b@c.example>", "501 5.1.7")]
    [InlineData("MAIL FROM:<a@b.example> FOO=BAR", "555 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> BODY=XYZ", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=-1", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=1 SIZE=2", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.example> RET=FULL", "555 5.5.4")]
    // PAR-auth-param: CVE-2020-28021.
    [InlineData("MAIL FROM:<a@a.example> AUTH=x+0Ay@b", "555 5.5.4")]
    public async Task Mail_ByItsSyntax_IsAnswered(string line, string expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync(line, expected);
        await client.CommandAsync("NOOP", "250");
    }

    [Fact]
    public async Task Mail_RefusedForSyntax_BeginsNoTransaction()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a", "501");
        await client.CommandAsync("RCPT TO:<user@example.com>", "503 5.5.1");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Theory]
    [InlineData(StoreHealth.Full, "452 4.3.1")]
    [InlineData(StoreHealth.Failed, "451 4.3.0")]
    [InlineData(StoreHealth.Closed, "451 4.3.0")]
    public async Task Mail_WhenTheStoreTakesNothing_IsDeferredBeforeAnyContent(StoreHealth health, string expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        host.Store.Health = health;
        await client.CommandAsync("MAIL FROM:<a@b.example>", expected);
        host.Store.Health = StoreHealth.Open;
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
    }

    [Fact]
    public async Task Mail_WhereTlsIsRequired_Is530InClear()
    {
        await using SessionHost host = new(listener =>
        {
            listener.Smtp.RequireTls = true;
            listener.Certificate = "main";
        });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "530 5.7.0");
    }
}
