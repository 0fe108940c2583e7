using System.Text.RegularExpressions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>"When an SMTP server receives a message for delivery or further processing, it MUST insert trace ("Received") information at the beginning."</summary>
public sealed partial class Section4_4_TraceTests
{
    [Fact]
    public async Task Received_OfOneRecipient_NamesEverything()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\n.\r\n");
        await client.ExpectAsync("250");
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal(
            "Received: from client.example.net (unknown [192.0.2.1])\r\n"
            + $"\tby mx.example.org with ESMTP id {message.Id}\r\n"
            + "\tfor <user@example.com>; Sun, 22 Nov 2026 12:00:00 +0000\r\n"
            + "A: b\r\n\r\n",
            message.Text);
    }

    [Fact]
    public async Task Received_OfTwoRecipients_NamesNone()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("RCPT TO:<other@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.DoesNotContain("for <", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Received_OfIPv6_IsALiteral()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync("2001:db8::1");
        await client.SendAsync(".\r\n");
        await client.ExpectAsync("250");
        Assert.Contains("(unknown [IPv6:2001:db8::1])", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Received_AfterHelo_SaysSmtp()
    {
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        await Script.PlayAsync(client, """
            C: HELO old.example
            S: 250
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354
            C: .
            S: 250
            """);
        Assert.Contains(" with SMTP id ", Assert.Single(host.Store.Messages).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(x) by evil.example with ESMTP")]
    [InlineData("a;b")]
    [InlineData("a (b) c")]
    [InlineData("\"q\"")]
    public async Task Received_WithAForgedHello_IsOneFieldWithOneBy(string hello)
    {
        // PAR-helo-inject: CVE-2022-37452.
        await using SessionHost host = new();
        TestClient client = await host.GreetedAsync();
        await client.CommandAsync("EHLO " + hello, "250");
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example>
            S: 250
            C: RCPT TO:<user@example.com>
            S: 250
            C: DATA
            S: 354
            C: .
            S: 250
            """);
        string field = Assert.Single(host.Store.Messages).Text;
        Assert.Single(Regex.Matches(field, "Received:"));
        Assert.Single(Regex.Matches(field, "\\bby "));
        Assert.Matches(Form(), field);
    }

    [Fact]
    public async Task Log_OfACommit_HasWhatAnOperatorLooksFor()
    {
        await using SessionHost host = new();
        TestClient client = await host.InDataAsync();
        await client.SendAsync("A: b\r\n\r\nx\r\n.\r\n");
        await client.ExpectAsync("250");
        await client.CommandAsync("QUIT", "221");
        await client.Served;
        string committed = Assert.Single(host.Events.Lines, line => line.Contains("\"event\":\"committed\"", StringComparison.Ordinal));
        Assert.Contains($"\"id\":\"{host.Store.Messages[0].Id}\"", committed, StringComparison.Ordinal);
        Assert.Contains("\"from\":\"sender@example.net\",\"to\":\"user@example.com\",\"recipients\":1,\"size\":11", committed, StringComparison.Ordinal);
        string ended = Assert.Single(host.Events.Lines, line => line.Contains("\"event\":\"session-end\"", StringComparison.Ordinal));
        Assert.Contains("\"reason\":\"quit\",\"commands\":5,\"errors\":0,\"messages\":1,\"accepted\":1,\"refused\":0,\"bytes\":11", ended, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^Received: from [A-Za-z0-9.?_:\[\]-]+ \(unknown \[192\.0\.2\.1\]\)\r\n\tby mx\.example\.org with ESMTP id [0-9a-z]{13}\r\n\tfor <user@example\.com>; [^\r]+\r\n$")]
    private static partial Regex Form();
}
