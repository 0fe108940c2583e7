using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>Rspamd in a running server, before a real rspamd, alone and beside SpamAssassin.</summary>
public sealed class RspamdTests : IAsyncLifetime
{
    private const string Suspicious = "Subject: {0}\r\nX-Remove-Me: 1\r\nX-Spamd-Result: forged\r\n\r\nNo date, no sender, no id.\r\n";

    private Rspamd? _rspamd;

    private Rspamd Rspamd => _rspamd!;

    public async ValueTask InitializeAsync() => _rspamd = await Rspamd.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_rspamd is not null)
            await _rspamd.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_IsRefusedOrGetsItsFields(bool isUnix)
    {
        JsonObject options = Options(isUnix);
        options["TellMessage"] = true;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", options));
        Assert.StartsWith("554 5.7.1 Gtube pattern", (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("bad", Rspamd.Gtube))).Text, StringComparison.Ordinal);

        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, Mail("odd"))).Code);
        string mail = await ScannedEdge.DeliveredAsync(edge, "Subject: odd");
        Assert.Contains("\nX-Spamd-Result: default: False [", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Remove-Me", mail, StringComparison.Ordinal);
        Assert.EndsWith("\n\nNo date, no sender, no id.\n", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipients_AreJudgedByTheirSettings()
    {
        JsonObject options = Options();
        options["Recipients"] = new JsonObject
        {
            ["alice@example.test"] = new JsonObject { ["SettingsId"] = "lenient" },
            ["user@example.test"] = new JsonObject { ["SettingsId"] = "strict" },
        };
        options["QuarantineRejected"] = true;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", options));
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, Mail("mixed"), "alice@example.test", "user@example.test")).Code);
        Assert.Contains("\nSubject: ***SPAM*** mixed\n", await ScannedEdge.DeliveredAsync(edge, "mixed", "alice"), StringComparison.Ordinal);
        Assert.Equal(0, edge.MaildirOf("user").Count);
        Assert.Equal(1, await edge.QuarantineLengthAsync());
        await Until.CountAsync(2, () => Rspamd.Scans);
    }

    [Theory]
    [InlineData("marked", "\nX-Spam: Yes\n")]
    [InlineData("greylist", "\nX-Spamd-Result: ")]
    public async Task Action_IsDone(string settings, string expected)
    {
        JsonObject options = Options();
        options["SettingsId"] = settings;
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", options));
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, Mail("acted"))).Code);
        Assert.Contains(expected, await ScannedEdge.DeliveredAsync(edge, "acted"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_OfFiftyMebibytes_IsScannedOrMarked()
    {
        JsonObject options = Options();
        options["ScanTimeout"] = "00:01:00";
        options["Timeout"] = "00:02:00";
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", options));
        Specimen large = Specimen.Make("large");
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, large.Content)).Code);
        byte[] stored = await edge.MaildirOf("user").WaitAsync(large.Token, TimeSpan.FromMinutes(1));
        Assert.True(stored.AsSpan().EndsWith(Newlines.ToLf(large.Content)));
        Assert.Contains("X-Spam-Unscanned: too large\n", Encoding.UTF8.GetString(stored, 0, 2048), StringComparison.Ordinal);

        options["SizeBytesMax"] = 60 << 20;
        await using EdgeServer larger = await ScannedEdge.StartAsync(("rspamd", (JsonObject)options.DeepClone()));
        SmtpReply reply = await ScannedEdge.SendAsync(larger, large.Content);

        // rspamd has a limit of its own, and says so: that is a scanner that cannot, not a clean message.
        Assert.Equal(451, reply.Code);
    }

    [Fact]
    public async Task Copies_CostOneScan()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", Options()));
        byte[] bad = ScannedEdge.Mail("copy", Rspamd.Gtube);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            for (int i = 0; i < 20; i++)
                await client.ExpectAsync(554, await client.TransactionAsync("s@client.test", "user@example.test", bad));
        }));
        await Until.CountAsync(1, () => Rspamd.Scans);
    }

    [Fact]
    public async Task Rspamd_KilledAndBack_DefersInBetween_AndNothingIsLost()
    {
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", Options()));
        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, Mail("before"))).Code);
        Leaks leaks = new(edge, Rspamd.Port);
        await Rspamd.KillAsync();
        for (int i = 0; i < 10; i++)
            Assert.StartsWith("451 4.3.0", (await ScannedEdge.SendAsync(edge, Mail($"dead-{i}"))).Text, StringComparison.Ordinal);
        await leaks.NoneAsync();
        await Rspamd.StartAgainAsync();
        await Until.TrueAsync(async () => (await ScannedEdge.SendAsync(edge, Mail("after"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        await ScannedEdge.DeliveredAsync(edge, "after");
    }

    [Fact]
    public async Task Rspamd_FrozenAndRestartedInMidScan_DefersWhatItHad_AndLeavesNothingBehind()
    {
        JsonObject options = Options();
        options["ScanTimeout"] = "00:00:02";
        await using EdgeServer edge = await ScannedEdge.StartAsync(("rspamd", options));
        await Until.TrueAsync(async () => (await ScannedEdge.SendAsync(edge, Mail("warm"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        Leaks leaks = new(edge, Rspamd.Port);
        Rspamd.Signal(PosixSignal.Stop);
        SmtpReply[] frozen = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ScannedEdge.SendAsync(edge, Mail($"frozen-{i}"))));
        Assert.All(frozen, static reply => Assert.Equal(451, reply.Code));
        await leaks.NoneAsync();

        Task<SmtpReply>[] sent = [.. Enumerable.Range(0, 3).Select(i => ScannedEdge.SendAsync(edge, Mail($"mid-{i}")))];
        await Rspamd.KillAsync();
        await Rspamd.StartAgainAsync();
        await Task.WhenAll(sent);
        for (int i = 0; i < sent.Length; i++)
        {
            await Until.TrueAsync(async () => (await ScannedEdge.SendAsync(edge, Mail($"mid-{i}"))).Code == 250, Until.Soon, () => edge.Process.OutputTail);
            await ScannedEdge.DeliveredAsync(edge, $"mid-{i}");
        }
        await leaks.NoneAsync();
    }

    // Both at the same time: the most severe verdict counts, each recipient has his own, and neither takes the fields of the other.
    [Fact]
    public async Task Group_WithSpamAssassin_TheMostSevereVerdictOfEachRecipientCounts()
    {
        await using Spamd spamd = await Spamd.StartAsync();
        JsonObject rspamd = Options();
        rspamd["QuarantineRejected"] = true;
        rspamd["Recipients"] = new JsonObject { ["alice@example.test"] = new JsonObject { ["Scan"] = false } };
        JsonObject spam = SpamAssassin.Options(spamd);
        spam["Recipients"] = new JsonObject { ["user@example.test"] = new JsonObject { ["Reject"] = 100 } };
        spam.Remove("Reject");
        JsonObject group = new() { ["Type"] = "Group", ["Members"] = new JsonArray("rspamd", "spam") };
        await using EdgeServer edge = await ScannedEdge.StartAsync(("scanners", group), ("rspamd", rspamd), ("spam", spam));

        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("both", Rspamd.Gtube), "alice@example.test", "user@example.test")).Code);
        Assert.Contains("\nX-Spam-Flag: YES\n", await ScannedEdge.DeliveredAsync(edge, "both", "alice"), StringComparison.Ordinal);
        Assert.Equal(0, edge.MaildirOf("user").Count);
        Assert.Equal(1, await edge.QuarantineLengthAsync());

        // rspamd would hold it, SpamAssassin refuses it.
        Assert.StartsWith("554 5.7.1", (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail("severe", Rspamd.Gtube))).Text, StringComparison.Ordinal);

        Assert.Equal(250, (await ScannedEdge.SendAsync(edge, Mail("clean"))).Code);
        string mail = await ScannedEdge.DeliveredAsync(edge, "Subject: clean");
        Assert.Contains("\nX-Spamd-Result: default: False [", mail, StringComparison.Ordinal);
        Assert.Contains("\nX-Spam-Status: ", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", mail, StringComparison.Ordinal);
    }

    private static byte[] Mail(string subject) => Encoding.ASCII.GetBytes(Suspicious.Replace("{0}", subject, StringComparison.Ordinal));

    private JsonObject Options(bool isUnix = false) => new()
    {
        ["Type"] = "Rspamd",
        ["Servers"] = new JsonArray(isUnix ? Rspamd.UnixAddress : Rspamd.TcpAddress),
        ["BreakerPause"] = "00:00:00.500",
    };
}
