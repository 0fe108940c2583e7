using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc6531;

/// <summary>SMTPUTF8 and 8BITMIME (RFC 6152).</summary>
public sealed class SmtpUtf8Tests
{
    [Fact]
    public async Task Paths_InUtf8_AreKeptAsBytes()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await SendUtf8Async(client, "MAIL FROM:<grüße@bücher.example> SMTPUTF8 BODY=8BITMIME", "250");
        await SendUtf8Async(client, "RCPT TO:<jürgen@bücher.example>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal("grüße@bücher.example", message.From);
        Assert.Equal("xn--bcher-kva.example", message.Envelope.Recipients[0].ForwardPath.DomainALabel);
        Assert.Equal(EnvelopeFlags.SmtpUtf8, message.Envelope.Flags);
        Assert.Contains(" with UTF8SMTP id ", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("for <", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_InUtf8WithoutTheParameter_Are553()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await SendUtf8Async(client, "MAIL FROM:<grüße@b.example>", "553 5.6.7");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await SendUtf8Async(client, "RCPT TO:<jürgen@bücher.example>", "553 5.6.7");
    }

    [Fact]
    public async Task Domain_AsALabelOrULabel_IsTheSame()
    {
        await using SessionHost host = new();
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example> SMTPUTF8", "250");
        await SendUtf8Async(client, "RCPT TO:<user@BÜCHER.example>", "250");
        await client.CommandAsync("RCPT TO:<user@xn--bcher-kva.example>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Single(Assert.Single(host.Store.Messages).Envelope.Recipients);
    }

    [Fact]
    public async Task Parameter_SwitchedOff_Is555()
    {
        await using SessionHost host = new(listener => listener.Smtp.SmtpUtf8 = false);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example> SMTPUTF8", "555 5.5.4");
    }

    [Theory]
    [InlineData("plain", EnvelopeFlags.None)]
    [InlineData("gr\xc3\xbc\xdf", EnvelopeFlags.EightBit)]
    public async Task EightBit_IsFoundInTheBytesWhateverWasDeclared(string body, EnvelopeFlags expected)
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync($"A: b\r\n\r\n{body}\r\n.\r\n");
        await client.ExpectAsync("250");
        Assert.Equal(expected, Assert.Single(host.Store.Messages).Envelope.Flags);
    }

    private static async Task SendUtf8Async(TestClient client, string line, string expected)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        await client.ExpectAsync(expected);
    }
}
