using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>SpamAssassin in a running server, before a real spamd.</summary>
public sealed class SpamAssassinTests(SharedSpamd shared) : IClassFixture<SharedSpamd>
{
    private Spamd Spamd => shared.Spamd;

    [Theory]
    [InlineData("Check", false, false)]
    [InlineData("Symbols", false, false)]
    [InlineData("Symbols", true, false)]
    [InlineData("Symbols", false, true)]
    [InlineData("Report", false, false)]
    [InlineData("Headers", true, true)]
    [InlineData("Process", false, false)]
    public async Task Mail_IsRefusedOrTagged_WhateverIsAsked(string command, bool isUnix, bool isCompressed)
    {
        JsonObject spam = SpamAssassin.Options(Spamd, isUnix);
        spam["Command"] = command;
        spam["Compress"] = isCompressed;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));

        SmtpReply reply = await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("bad", Spamd.Gtube));
        Assert.StartsWith("554 5.7.1 Message refused as spam ", reply.Text, StringComparison.Ordinal);
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("good", "Shall we have lunch on Friday?"))).Code);
        string mail = await ScannedEdge.DeliveredAsync(edge, "good");
        Assert.Matches("\nX-Spam-Status: No, score=-?[0-9.]+ required=5.0", mail);
        Assert.DoesNotContain("X-Spam-Flag", mail, StringComparison.Ordinal);
        Assert.Contains("\nFrom: Alice <alice@client.test>\n", mail, StringComparison.Ordinal);
        Assert.EndsWith("\n\nShall we have lunch on Friday?\n", mail, StringComparison.Ordinal);
        if (command is "Symbols" or "Headers" or "Process")
            Assert.Contains(" tests=", mail, StringComparison.Ordinal);
    }

    // What the scan says stands on the real message: nothing else of it has changed.
    [Fact]
    public async Task Mail_ScannedAndTagged_IsIntact()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", SpamAssassin.Options(Spamd)));
        foreach (string name in Specimen.Names)
        {
            Specimen specimen = Specimen.Make(name);
            Assert.Equal(250, (await ScannedEdge.SendAsync(edge, specimen.Content)).Code);
            byte[] stored = await edge.MaildirOf("user").WaitAsync(specimen.Token);
            byte[] expected = Newlines.ToLf(specimen.Content);
            Assert.True(stored.AsSpan().EndsWith(expected), name);
            Assert.Contains("X-Spam-Status: ", Encoding.UTF8.GetString(stored, 0, stored.Length - expected.Length), StringComparison.Ordinal);
        }
    }

    // qmail-queue.scan: control/spamdomains; and preferences of users, which the paper has only for all.
    [Fact]
    public async Task Recipients_GetWhatTheyPrefer()
    {
        Spamd.Prefers("alice@example.test", "required_score 2000\n");
        JsonObject spam = SpamAssassin.Options(Spamd);
        spam["User"] = "{address}";
        spam.Remove("Reject");
        spam["Recipients"] = new JsonObject { ["user@example.test"] = new JsonObject { ["Quarantine"] = 10 } };
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        int before = Spamd.Scans;
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("mixed", Spamd.Gtube), "alice@example.test", "user@example.test")).Code);
        string mail = await ScannedEdge.DeliveredAsync(edge, "mixed", "alice");
        Assert.Contains("required=2000", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Spam-Flag", mail, StringComparison.Ordinal);
        await Until.CountAsync(before + 2, () => Spamd.Scans);

        // His copy is held.
        Assert.Equal(0, edge.MaildirOf("user").Count);
        Assert.Equal(1, await edge.QuarantineLengthAsync());
    }

    [Fact]
    public async Task Mail_OverTheLimit_IsMarked_AndUnderItScanned()
    {
        JsonObject spam = SpamAssassin.Options(Spamd);
        spam["SizeBytesMax"] = 64 * 1024;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        int before = Spamd.Scans;
        Specimen large = Specimen.Make("large");
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, large.Content)).Code);
        byte[] stored = await edge.MaildirOf("user").WaitAsync(large.Token);
        Assert.Contains("X-Spam-Unscanned: too large\n", Encoding.UTF8.GetString(stored, 0, 2048), StringComparison.Ordinal);
        Assert.True(stored.AsSpan().EndsWith(Newlines.ToLf(large.Content)));
        Assert.Equal(before, Spamd.Scans);
        Assert.Equal(554, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("bad", Spamd.Gtube))).Code);
    }

    // A thousand copies of one header and body from one client cost one scan, whether they come one after the other or together.
    [Fact]
    public async Task Copies_AThousand_CostOneScan()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", SpamAssassin.Options(Spamd)));
        int before = Spamd.Scans;
        byte[] bad = ScannedEdge.Mail("copy", Spamd.Gtube);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            for (int i = 0; i < 50; i++)
                await client.ExpectAsync(554, await client.TransactionAsync("s@client.test", "user@example.test", bad));
        }));
        await Until.CountAsync(before + 1, () => Spamd.Scans);
    }
}
