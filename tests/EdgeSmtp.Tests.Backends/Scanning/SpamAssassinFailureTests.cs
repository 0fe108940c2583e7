using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>SpamAssassin in a running server, whose spamd is killed, frozen, restarted or busy: replies as configured, nothing lost, nothing left behind.</summary>
public sealed class SpamAssassinFailureTests : IAsyncLifetime
{
    private Spamd? _spamd;

    private Spamd Spamd => _spamd!;

    public async ValueTask InitializeAsync() => _spamd = await Spamd.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_spamd is not null)
            await _spamd.DisposeAsync();
    }

    [Fact]
    public async Task Spamd_Killed_DefersUntilItIsBack()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", SpamAssassin.Options(Spamd)));
        await Spamd.KillAsync();
        Leaks leaks = new(edge);
        for (int i = 0; i < 10; i++)
            Assert.StartsWith("451 4.3.0 Message cannot be inspected now", (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"dead-{i}", "x"))).Text, StringComparison.Ordinal);
        Assert.True(await edge.MetricAsync("edgesmtp_filter_part_level", "breaker-open") > 0);
        await leaks.NoneAsync();

        await Spamd.StartAgainAsync();
        await Until.TrueAsync(
            async () => (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("back", "x"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        await ScannedEdge.DeliveredAsync(edge, "back");
    }

    [Fact]
    public async Task Spamd_Frozen_DefersAtTheDeadline_AndLeavesNothingBehind()
    {
        JsonObject spam = SpamAssassin.Options(Spamd);
        spam["ScanTimeout"] = "00:00:02";
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        await Until.TrueAsync(async () => (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("warm", "x"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        Leaks leaks = new(edge);
        Spamd.Signal(PosixSignal.Stop);
        SmtpReply[] replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"frozen-{i}", "x"))));
        Assert.All(replies, static reply => Assert.Equal(451, reply.Code));
        await leaks.NoneAsync();

        Spamd.Signal(PosixSignal.Continue);
        await Until.TrueAsync(
            async () => (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("thawed", "x"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        await ScannedEdge.DeliveredAsync(edge, "thawed");
    }

    [Fact]
    public async Task Spamd_RestartedInMidScan_DefersWhatItHad_AndNothingIsLost()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", SpamAssassin.Options(Spamd)));
        Leaks leaks = new(edge);

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
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task Spamd_TheFirstOfTwoFrozen_TheOtherScans()
    {
        await using Spamd second = await Spamd.StartAsync();
        JsonObject spam = SpamAssassin.Options(Spamd);
        spam["Servers"] = new JsonArray(Spamd.TcpAddress, second.TcpAddress);
        spam["ScanTimeout"] = "00:00:08";
        spam["BreakerFailures"] = 2;
        spam["BreakerPause"] = "00:10:00";
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Spamd.Signal(PosixSignal.Stop);
        for (int i = 0; i < 4; i++)
            Assert.Equal(554, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"bad-{i}", Spamd.Gtube))).Code);
        await Until.CountAsync(4, () => second.Scans);
    }

    // The rest of the edge does not wait for spamd: mail that needs no scan goes by while the lane is full.
    [Fact]
    public async Task Lane_Full_DefersAtOnce_AndMailWithoutScanGoesBy()
    {
        JsonObject spam = SpamAssassin.Options(Spamd);
        spam["ConcurrencyMax"] = 1;
        spam["WaitingMax"] = 0;
        spam["ScanTimeout"] = "00:00:20";
        spam["Recipients"] = new JsonObject { ["alice@example.test"] = new JsonObject { ["Scan"] = false } };
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", spam));
        Spamd.Signal(PosixSignal.Stop);
        Task<SmtpReply> held = ScannedEdge.SendAsync(edge, ScannedEdge.Mail("held", "x"));
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= 1, Until.Soon, () => edge.Process.OutputTail);
        Assert.StartsWith("451 4.3.2 Too many messages are being inspected", (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("full", "x"))).Text, StringComparison.Ordinal);
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("unscanned", "x"), "alice@example.test")).Code);
        Spamd.Signal(PosixSignal.Continue);
        Assert.Equal(250, (await held).Code);
    }
}
