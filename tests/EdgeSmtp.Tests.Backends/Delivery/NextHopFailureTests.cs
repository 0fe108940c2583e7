using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Delivery;

/// <summary>Next hops that are away, refuse, or take a part.</summary>
public sealed class NextHopFailureTests
{
    private const string Sender = "user@example.test";

    [Fact]
    public async Task NextHop_ThatIsAway_GetsTheMailWhenItIsBack()
    {
        using PortClaim claim = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            // Only the operator's retry can bring it before the test ends.
            settings.Route("next", "smtp", claim.Port)["RetryDelays"] = new JsonArray("01:00:00");
            settings.Domain("next.test", "next");
        });
        Specimen specimen = Specimen.Make("dots");
        await SendAsync(edge, "any@next.test", specimen);
        await Until.TrueAsync(
            async () => (await edge.CliAsync("queue", "list", "--json")).Output.Contains("\"deferred\"", StringComparison.Ordinal),
            Until.Soon,
            () => edge.Process.OutputTail);

        // Deferred mail survives a restart, and an operator need not wait for its turn.
        Assert.Equal(0, await edge.StopAsync());
        await edge.StartAgainAsync();
        await using SmtpSink sink = await SmtpSink.StartAsync(claim);
        Command.Result list = await edge.CliAsync("queue", "list", "--json");
        string id = JsonNode.Parse(list.Output)!.AsArray()[0]!["id"]!.ToString();
        Command.Result retry = await edge.CliAsync("queue", "retry", id);
        Assert.True(retry.ExitCode == 0, retry.ToString());
        await Until.TrueAsync(() => sink.Dump.Contains(specimen.Token, StringComparison.Ordinal), Until.Soon, () => edge.Process.OutputTail);
        await edge.EmptyQueueAsync();
    }

    // RFC 3464: the report goes to the sender from the null reverse-path, with the reply of the hop that refused.
    [Fact]
    public async Task NextHop_ThatRefusesForGood_CausesOneReportToTheSender()
    {
        await using SmtpSink sink = await SmtpSink.StartAsync("-f", "RCPT");
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Route("next", "smtp", sink.Port);
            settings.Domain("next.test", "next");
        });
        Specimen specimen = Specimen.Make("plain");
        await SendAsync(edge, "any@next.test", specimen);
        string report = Encoding.UTF8.GetString(await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail));
        Assert.StartsWith("Return-Path: <>", report, StringComparison.Ordinal);
        Assert.Contains("multipart/report", report, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-replied", report, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822;", report, StringComparison.Ordinal);
        Assert.Contains("any@next.test", report, StringComparison.Ordinal);
        Assert.Contains("Action: failed", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Second line.", report, StringComparison.Ordinal);
        await edge.EmptyQueueAsync();
        Assert.Equal(1, edge.MaildirOf("user").Count);
    }

    [Fact]
    public async Task Lmtp_ThatTakesOneOfTwo_DeliversOnceAndReportsTheOther()
    {
        await using DovecotLmtp dovecot = await DovecotLmtp.StartAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Route("lm", "lmtp", dovecot.Port);
            settings.Domain(DovecotLmtp.Domain, "lm");
        });
        Specimen specimen = Specimen.Make("dots");
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort))
        {
            await client.ExpectAsync(250, await client.CommandAsync($"MAIL FROM:<{Sender}>"));
            foreach (string local in new[] { "alice", "nobody", "bob" })
                await client.ExpectAsync(250, await client.CommandAsync($"RCPT TO:<{local}@lmtp.test>"));
            await client.ExpectAsync(354, await client.CommandAsync("DATA"));
            await client.SendAsync(DotStuffing.Apply(specimen.Content));
            await client.ExpectAsync(250, await client.ReadReplyAsync());
        }
        foreach (string local in new[] { "alice", "bob" })
            StoredMail.AssertIntact(specimen, await dovecot.MaildirOf(local).WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail));
        string report = Encoding.UTF8.GetString(await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail));
        Assert.Contains("nobody@lmtp.test", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Final-Recipient: rfc822; alice@lmtp.test", report, StringComparison.Ordinal);
        await edge.EmptyQueueAsync();
        Assert.Equal(1, dovecot.MaildirOf("alice").Count);
        Assert.Equal(1, dovecot.MaildirOf("bob").Count);
    }

    // A header in UTF-8 cannot go where SMTPUTF8 is unknown (RFC 6531 §3.1): the sender is told.
    [Fact]
    public async Task Utf8Header_ToAHopWithoutSmtpUtf8_IsReportedToTheSender()
    {
        await using DovecotLmtp dovecot = await DovecotLmtp.StartAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Route("lm", "lmtp", dovecot.Port);
            settings.Domain(DovecotLmtp.Domain, "lm");
        });
        Specimen specimen = Specimen.Make("plain");
        byte[] content = [.. "Subject: Grüße\r\n"u8, .. specimen.Content];
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        SmtpReply reply = await client.TransactionAsync(Sender, "alice@lmtp.test", content, " SMTPUTF8");
        await client.ExpectAsync(250, reply);
        string report = Encoding.UTF8.GetString(await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail));
        Assert.Matches("Status: 5\\.6\\.[79]", report);
        Assert.Equal(0, dovecot.MaildirOf("alice").Count);
    }

    private static async Task SendAsync(EdgeServer edge, string recipient, Specimen specimen)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.ExpectAsync(250, await client.TransactionAsync(Sender, recipient, specimen.Content));
    }
}
