using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>SpamAssassin in a running server, before a real spamd.</summary>
public sealed class SpamAssassinTests : IAsyncLifetime
{
    private Spamd? _spamd;

    private Spamd Spamd => _spamd!;

    public async ValueTask InitializeAsync() => _spamd = await Spamd.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_spamd is not null)
            await _spamd.DisposeAsync();
    }

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
        JsonObject spam = Options(isUnix);
        spam["Command"] = command;
        spam["Compress"] = isCompressed;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));

        SmtpReply reply = await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("bad", Spamd.Gtube));
        Assert.Equal("554 5.7.1 Message refused as spam", reply.Text);
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("good", "Shall we have lunch on Friday?"))).Code);
        string mail = await ScannedEdge.DeliveredAsync(edge, "good");
        Assert.Matches("\nX-Spam-Status: No, score=-?[0-9.]+ required=5.0", mail);
        Assert.DoesNotContain("X-Spam-Flag", mail, StringComparison.Ordinal);
        Assert.Contains("\nFrom: Alice <alice@client.test>\n", mail, StringComparison.Ordinal);
        Assert.EndsWith("\n\nShall we have lunch on Friday?\n", mail, StringComparison.Ordinal);
        if (command is "Symbols" or "Headers" or "Process")
            Assert.Contains("NO_RELAYS", Spamd.Log + mail, StringComparison.Ordinal);
    }

    // What the scan says stands on the real message: nothing else of it has changed.
    [Fact]
    public async Task Mail_ScannedAndTagged_IsIntact()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", Options()));
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
        JsonObject spam = Options();
        spam["User"] = "{address}";
        spam.Remove("Reject");
        spam["Recipients"] = new JsonObject { ["user@example.test"] = new JsonObject { ["Quarantine"] = 10 } };
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("mixed", Spamd.Gtube), "alice@example.test", "user@example.test")).Code);
        string mail = await ScannedEdge.DeliveredAsync(edge, "mixed", "alice");
        Assert.Contains("required=2000", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Spam-Flag", mail, StringComparison.Ordinal);
        Assert.Equal(2, Spamd.Scans);

        // His copy is held.
        Assert.Equal(0, edge.MaildirOf("user").Count);
        Assert.Equal(1, await edge.QueueLengthAsync());
    }

    [Fact]
    public async Task Mail_OverTheLimit_IsMarked_AndUnderItScanned()
    {
        JsonObject spam = Options();
        spam["SizeBytesMax"] = 64 * 1024;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Specimen large = Specimen.Make("large");
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, large.Content)).Code);
        byte[] stored = await edge.MaildirOf("user").WaitAsync(large.Token);
        Assert.Contains("X-Spam-Unscanned: too large\n", Encoding.UTF8.GetString(stored, 0, 2048), StringComparison.Ordinal);
        Assert.True(stored.AsSpan().EndsWith(Newlines.ToLf(large.Content)));
        Assert.Equal(0, Spamd.Scans);
        Assert.Equal(554, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("bad", Spamd.Gtube))).Code);
    }

    // A thousand copies of one header and body from one client cost one scan, whether they come one after the other or together.
    [Fact]
    public async Task Copies_AThousand_CostOneScan()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", Options()));
        byte[] bad = ScannedEdge.Mail("bad", Spamd.Gtube);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            for (int i = 0; i < 50; i++)
                await client.ExpectAsync(554, await client.TransactionAsync("s@client.test", "user@example.test", bad));
        }));
        Assert.Equal(1, Spamd.Scans);
    }

    [Fact]
    public async Task Spamd_Killed_DefersUntilItIsBack()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", Options()));
        await Spamd.KillAsync();
        (int Sockets, int Threads) before = ScannedEdge.Use(edge);
        for (int i = 0; i < 10; i++)
            Assert.Equal("451 4.3.0 Message cannot be inspected now, try again later", (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"dead-{i}", "x"))).Text);
        Assert.True(await edge.MetricAsync("edgesmtp_filter_part_level", "breaker-open") > 0);
        await ScannedEdge.NothingLeakedAsync(edge, before);

        await Spamd.StartAgainAsync();
        await Until.TrueAsync(
            async () => (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("back", "x"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        await ScannedEdge.DeliveredAsync(edge, "back");
    }

    [Fact]
    public async Task Spamd_Frozen_DefersAtTheDeadline_AndLeavesNothingBehind()
    {
        JsonObject spam = Options();
        spam["ScanTimeout"] = "00:00:01";
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("warm", "x"))).Code);
        (int Sockets, int Threads) before = ScannedEdge.Use(edge);
        Spamd.Signal(PosixSignal.Stop);
        SmtpReply[] replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"frozen-{i}", "x"))));
        Assert.All(replies, static reply => Assert.Equal(451, reply.Code));
        await ScannedEdge.NothingLeakedAsync(edge, before);

        Spamd.Signal(PosixSignal.Continue);
        await Until.TrueAsync(
            async () => (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("thawed", "x"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        await ScannedEdge.DeliveredAsync(edge, "thawed");
    }

    [Fact]
    public async Task Spamd_RestartedInMidScan_DefersWhatItHad_AndNothingIsLost()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", Options()));
        (int Sockets, int Threads) before = ScannedEdge.Use(edge);

        // Stopped, the children hold what they were given until they are killed with it.
        Spamd.Signal(PosixSignal.Stop);
        Task<SmtpReply>[] sent = [.. Enumerable.Range(0, 6).Select(i => ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"mid-{i}", "x")))];
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= 2, Until.Soon, () => edge.Process.OutputTail);
        await Spamd.KillAsync();
        await Spamd.StartAgainAsync();
        SmtpReply[] replies = await Task.WhenAll(sent);
        for (int i = 0; i < replies.Length; i++)
        {
            Assert.True(replies[i].Code is 250 or 451, replies[i].Text);
            if (replies[i].Code == 451)
                await Until.TrueAsync(async () => (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"mid-{i}", "x"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
            await ScannedEdge.DeliveredAsync(edge, $"mid-{i}");
        }
        Assert.Contains(replies, static reply => reply.Code == 451);
        Assert.Equal(6, edge.MaildirOf("user").Count);
        await ScannedEdge.NothingLeakedAsync(edge, before);
    }

    [Fact]
    public async Task Spamd_TheFirstOfTwoFrozen_TheOtherScans()
    {
        await using Spamd second = await Spamd.StartAsync();
        JsonObject spam = Options();
        spam["Servers"] = new JsonArray(Spamd.TcpAddress, second.TcpAddress);
        spam["ScanTimeout"] = "00:00:02";
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Spamd.Signal(PosixSignal.Stop);
        for (int i = 0; i < 4; i++)
            Assert.Equal(554, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"bad-{i}", Spamd.Gtube))).Code);
        Assert.Equal(4, second.Scans);
    }

    // The rest of the edge does not wait for spamd: mail that needs no scan goes by while the lane is full.
    [Fact]
    public async Task Lane_Full_DefersAtOnce_AndMailWithoutScanGoesBy()
    {
        JsonObject spam = Options();
        spam["ConcurrencyMax"] = 1;
        spam["WaitingMax"] = 0;
        spam["ScanTimeout"] = "00:00:20";
        spam["Recipients"] = new JsonObject { ["alice@example.test"] = new JsonObject { ["Scan"] = false } };
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Spamd.Signal(PosixSignal.Stop);
        Task<SmtpReply> held = ScannedEdge.SendAsync(edge, ScannedEdge.Mail("held", "x"));
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= 1, Until.Soon, () => edge.Process.OutputTail);
        Assert.Equal("451 4.3.2 Too many messages are being inspected, try again later", (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("full", "x"))).Text);
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("unscanned", "x"), "alice@example.test")).Code);
        Spamd.Signal(PosixSignal.Continue);
        Assert.Equal(250, (await held).Code);
    }

    private JsonObject Options(bool isUnix = false) => new()
    {
        ["Type"] = "SpamAssassin",
        ["Servers"] = new JsonArray(isUnix ? Spamd.UnixAddress : Spamd.TcpAddress),
        ["Reject"] = 100,
        ["ConcurrencyMax"] = 2,
        ["BreakerPause"] = "00:00:00.500",
    };
}
