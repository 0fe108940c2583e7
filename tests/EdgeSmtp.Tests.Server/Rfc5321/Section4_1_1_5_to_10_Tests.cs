using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>RSET, VRFY, EXPN, HELP, NOOP, QUIT, and what is known and not offered.</summary>
public sealed class Section4_1_1_5_to_10_Tests
{
    [Theory]
    [InlineData("RSET", "250 2.0.0")]
    [InlineData("RSET x", "501 5.5.4")]
    [InlineData("NOOP", "250 2.0.0")]
    [InlineData("NOOP with text", "250 2.0.0")]
    [InlineData("HELP", "214 2.0.0")]
    [InlineData("HELP MAIL", "214 2.0.0")]
    [InlineData("VRFY root", "252 2.5.0")]
    [InlineData("VRFY user@example.com", "252 2.5.0")]
    [InlineData("EXPN postmaster", "502 5.5.1")]
    [InlineData("QUIT now", "501 5.5.4")]
    [InlineData("AUTH PLAIN AGEAYg==", "502 5.5.1")]
    [InlineData("ETRN example.com", "502 5.5.1")]
    [InlineData("ETRN #',1);### ", "502 5.5.1")]
    [InlineData("TURN", "502 5.5.1")]
    [InlineData("XCLIENT ADDR=1.2.3.4", "502 5.5.1")]
    [InlineData("LHLO a.example", "502 5.5.1")]
    [InlineData("WIZ", "500 5.5.1")]
    [InlineData("", "500 5.5.1")]
    public async Task Command_ByItsVerb_IsAnswered(string line, string expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync(line, expected);
        await client.CommandAsync("QUIT", "221 2.0.0");
    }

    [Fact]
    public async Task Etrn_OfEightKilobytes_Is500()
    {
        // PAR-etrn-sql: CVE-2025-26794.
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("ETRN " + new string('x', 8192), "500 5.5.2");
    }

    [Fact]
    public async Task Rset_WithinATransaction_ForgetsItAndKeepsPipelinedInput()
    {
        // The reference threw away what was pipelined behind RSET.
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("RSET\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<other@example.com>\r\nDATA\r\n");
        await Script.PlayAsync(client, """
            S: 250 2.0.0
            S: 250 2.1.0
            S: 250 2.1.5
            S: 354 
            C: .
            S: 250
            """);
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal("x@y.example", message.From);
        Assert.Equal(["other@example.com"], message.To);
    }

    [Fact]
    public async Task Rset_BeforeHello_LeavesTheStateAlone()
    {
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "503");
    }

    [Fact]
    public async Task Quit_WithinATransaction_CommitsNothing()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("QUIT", "221 2.0.0");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(0, host.Store.Count);
    }
}
