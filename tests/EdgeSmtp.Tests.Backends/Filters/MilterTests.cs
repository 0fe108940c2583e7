using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>Milter before real milters: OpenDKIM, which is one of libmilter, and rspamd, which has a dialect of its own.</summary>
public sealed class MilterTests
{
    private const string Gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    [Fact]
    public async Task OpenDkim_SignsAndVerifies()
    {
        await using OpenDkim milter = await OpenDkim.StartAsync();
        await using EdgeServer edge = await StartAsync(new JsonObject { ["Type"] = "Milter", ["Address"] = milter.Address, ["Changes"] = new JsonArray("AddHeaders", "ChangeHeaders") });
        await using SmtpConversation client = await OpenAsync(edge);
        await client.ExpectAsync(250, await client.TransactionAsync("joe@client.test", "user@example.test", MailOf("joe@client.test", "to be signed")));
        await client.ExpectAsync(250, await client.TransactionAsync("eve@other.test", "user@example.test", MailOf("eve@other.test", "not signed")));
        string[] mails = await MailsAsync(edge, 2);
        string signed = Assert.Single(mails, static mail => mail.Contains("to be signed", StringComparison.Ordinal));
        Assert.Contains("DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=client.test; s=s1;", signed, StringComparison.Ordinal);
        string other = Assert.Single(mails, static mail => mail.Contains("not signed", StringComparison.Ordinal));
        Assert.Contains("Authentication-Results: mx.example.test; dkim=none", other, StringComparison.Ordinal);
    }

    // The second milter sees what the first did, byte for byte: a signature by "simple" rules holds for nothing less.
    [Fact]
    public async Task OpenDkim_BehindAnother_VerifiesWhatThatSigned()
    {
        await using OpenDkim signer = await OpenDkim.StartAsync();
        await using OpenDkim verifier = await OpenDkim.StartVerifierAsync(signer);
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "sign", "verify");
            settings.Section("Filters")["sign"] = new JsonObject { ["Type"] = "Milter", ["Address"] = signer.Address };
            settings.Section("Filters")["verify"] = new JsonObject { ["Type"] = "Milter", ["Address"] = verifier.Address };
        });
        await using SmtpConversation client = await OpenAsync(edge);
        byte[] mail = Encoding.ASCII.GetBytes(
            "From: joe@client.test\r\nTo: user@example.test\r\nSubject:   odd\r\n  \tspacing \r\nDate: Fri, 27 Nov 2026 10:00:00 +0000\r\n\r\n.dots and  spaces \r\n\r\n\r\n");
        await client.ExpectAsync(250, await client.TransactionAsync("joe@client.test", "user@example.test", mail));
        string stored = Assert.Single(await MailsAsync(edge, 1)).Replace("\n\t", " ", StringComparison.Ordinal);
        Assert.Contains("dkim=pass", stored, StringComparison.Ordinal);
    }

    // One SMTP session all the while: the milter is restarted, killed and frozen under it.
    [Fact]
    public async Task OpenDkim_RestartedKilledAndFrozen_CostsNoMail()
    {
        await using OpenDkim milter = await OpenDkim.StartAsync();
        await using EdgeServer edge = await StartAsync(new JsonObject
        {
            ["Type"] = "Milter",
            ["Address"] = milter.Address,
            ["ConnectTimeout"] = "00:00:01",
            ["CommandTimeout"] = "00:00:01",
            ["BreakerPause"] = "00:00:00.100",
        });
        Leaks leaks = new(edge);
        await using (SmtpConversation client = await OpenAsync(edge))
        {
            await client.ExpectAsync(250, await SendAsync(client, "first"));
            await milter.Process.DisposeAsync();
            await client.ExpectAsync(451, await SendAsync(client, "killed"));
            await milter.StartAgainAsync();
            await client.ExpectAsync(250, await AgainAsync(client, "restarted"));
            milter.Process.Signal(PosixSignal.Stop);
            await client.ExpectAsync(451, await SendAsync(client, "frozen"));
            milter.Process.Signal(PosixSignal.Continue);
            await client.ExpectAsync(250, await AgainAsync(client, "thawed"));
        }

        string[] mails = await MailsAsync(edge, 3);
        Assert.All(mails, static mail => Assert.Contains("DKIM-Signature: ", mail, StringComparison.Ordinal));
        Assert.DoesNotContain(mails, static mail => mail.Contains("killed", StringComparison.Ordinal) || mail.Contains("frozen", StringComparison.Ordinal));
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task Rspamd_RejectsGtube_AndMarksTheRest()
    {
        await using RspamdProxy milter = await RspamdProxy.StartAsync();
        await using EdgeServer edge = await StartAsync(new JsonObject { ["Type"] = "Milter", ["Address"] = milter.Address });
        await using SmtpConversation client = await OpenAsync(edge);
        SmtpReply refusal = await client.TransactionAsync("joe@client.test", "user@example.test", MailOf("joe@client.test", Gtube));
        await client.ExpectAsync(554, refusal);
        Assert.Contains("Gtube", refusal.ToString(), StringComparison.OrdinalIgnoreCase);
        await client.ExpectAsync(250, await client.TransactionAsync("joe@client.test", "user@example.test", MailOf("joe@client.test", "clean")));
        Assert.Contains("X-Spamd-Result: ", Assert.Single(await MailsAsync(edge, 1)), StringComparison.Ordinal);
    }

    private static Task<EdgeServer> StartAsync(JsonObject filter) => EdgeServer.StartAsync(settings =>
    {
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "milter");
        settings.Section("Filters")["milter"] = filter;
    });

    private static async Task<SmtpConversation> OpenAsync(EdgeServer edge)
    {
        SmtpConversation client = await SmtpConversation.ConnectAsync(edge.SmtpPort);
        await client.ExpectAsync(220, await client.ReadReplyAsync());
        await client.ExpectAsync(250, await client.CommandAsync("EHLO client.example.test"));
        return client;
    }

    private static async Task<SmtpReply> SendAsync(SmtpConversation client, string text)
    {
        await client.ExpectAsync(250, await client.CommandAsync("RSET"));
        return await client.TransactionAsync("joe@client.test", "user@example.test", MailOf("joe@client.test", text));
    }

    /// <summary>As a client that comes again does: until the breaker lets somebody try.</summary>
    private static async Task<SmtpReply> AgainAsync(SmtpConversation client, string text)
    {
        SmtpReply reply = await SendAsync(client, text);
        for (int i = 0; i < 50 && reply.Code == 451; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            reply = await SendAsync(client, text);
        }

        return reply;
    }

    private static byte[] MailOf(string from, string text) =>
        Encoding.ASCII.GetBytes($"From: {from}\r\nTo: user@example.test\r\nSubject: test\r\nDate: Fri, 27 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@client.test>\r\n\r\n{text}\r\n");

    private static async Task<string[]> MailsAsync(EdgeServer edge, int count)
    {
        Maildir user = edge.MaildirOf("user");
        await user.CountAsync(count, Until.Soon, () => edge.Process.OutputTail);
        return [.. user.Files.Select(static file => File.ReadAllText(file))];
    }
}
