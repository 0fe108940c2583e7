using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>clamd killed, frozen, restarted under the built program: clients are told to come again, nothing is lost, and nothing is left behind.</summary>
public sealed class ClamdFaultTests
{
    private const int Clients = 20;

    private const string ScanTimeout = "00:00:01";

    [Fact]
    public async Task Killed_MailIsDeferredUntilItIsBack()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], static (_, filter) => filter["BreakerPause"] = "00:00:00.200");
        Leaks leaks = await WarmAsync(edge);
        await clamd.KillAsync();
        SmtpReply[] replies = await ManyAsync(edge);
        Assert.All(replies, static reply => Assert.True(reply.Code == 451 && reply.Text.Contains("4.3.0", StringComparison.Ordinal), reply.Text));
        Assert.Equal(451, (await ClamdEdge.SendAsync(edge, TestMail.Infected["zipped"])).Code);
        await clamd.StartAgainAsync();
        await IsBackAsync(edge);
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task Frozen_MailIsDeferredUntilItThaws()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], static (_, filter) =>
        {
            filter["ScanTimeout"] = ScanTimeout;
            filter["BreakerPause"] = "00:00:00.200";
        });
        Leaks leaks = await WarmAsync(edge);
        clamd.Freeze();
        Assert.All(await ManyAsync(edge), static reply => Assert.Equal(451, reply.Code));
        clamd.Thaw();
        await IsBackAsync(edge);
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task RestartedInMidScan_MailIsDeferredAndTakenNextTime()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], static (_, filter) => filter["BreakerFailures"] = 100);
        Leaks leaks = await WarmAsync(edge);

        // Frozen, it has the messages and cannot answer: now it dies.
        clamd.Freeze();
        byte[][] messages = [.. Enumerable.Range(0, Clients / 2).Select(static _ => TestMail.Clean())];
        Task<SmtpReply>[] pending = [.. messages.Select(message => Task.Run(() => ClamdEdge.SendAsync(edge, message)))];
        await Until.TrueAsync(
            async () => await edge.MetricAsync("edgesmtp_filter_part_level", "level=\"in-flight\"") >= pending.Length,
            Until.Soon,
            () => "The scans have not begun.");
        await clamd.KillAsync();
        Assert.All(await Task.WhenAll(pending), static reply => Assert.Equal(451, reply.Code));
        await clamd.StartAgainAsync();
        foreach (byte[] message in messages)
            Assert.Equal(250, (await ClamdEdge.SendAsync(edge, message)).Code);

        await edge.MaildirOf("user").CountAsync(1 + messages.Length);
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task FirstOfTwoKilledOrFrozen_TheSecondDecides()
    {
        await using Clamd first = await Clamd.StartAsync();
        await using Clamd second = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([first.Socket, second.Address], static (_, filter) =>
        {
            filter["ScanTimeout"] = ScanTimeout;
            filter["BreakerPause"] = "00:10:00";
        });
        Leaks leaks = await WarmAsync(edge);
        await Until.CountAsync(1, () => first.Scans);
        Assert.Equal(0, second.Scans);
        first.Freeze();
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Infected["zipped"])).Code);
        Assert.All(await ManyAsync(edge), static reply => Assert.Equal(250, reply.Code));
        await first.KillAsync();
        Assert.All(await ManyAsync(edge), static reply => Assert.Equal(250, reply.Code));
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Infected["plain"])).Code);
        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_part_level", $"part=\"unix:{first.Socket}\",level=\"breaker-open\""));
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task ClientsThatLeaveDuringTheScan_LeaveNothing()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket]);
        Leaks leaks = await WarmAsync(edge);
        clamd.Freeze();
        for (int i = 0; i < Clients; i++)
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            await client.SendAsync($"MAIL FROM:<s@client.test>\r\nRCPT TO:<{ClamdEdge.Recipient}>\r\nDATA\r\n");
            await client.SendAsync((byte[])[.. TestMail.Clean(), .. ".\r\n"u8]);
            client.Socket!.Close(0);
        }

        clamd.Thaw();
        await IsBackAsync(edge);
        await leaks.NoneAsync();
    }

    [Fact]
    public async Task DeadAtStart_TheServerServesAndDefers()
    {
        using TempFolder folder = new();
        await using EdgeServer edge = await ClamdEdge.StartAsync([folder.PathOf("nobody")]);
        Assert.Equal(451, (await ClamdEdge.SendAsync(edge, TestMail.Clean())).Code);
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        Assert.Equal(250, (await client.CommandAsync("NOOP")).Code);
    }

    [Fact]
    public async Task FailingOpen_DeliversMarked()
    {
        using TempFolder folder = new();
        await using EdgeServer edge = await ClamdEdge.StartAsync([folder.PathOf("nobody")], static (_, filter) => filter["OnFailure"] = "Mark");
        Specimen clean = Specimen.Make("plain");
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, clean.Content)).Code);
        byte[] stored = await edge.MaildirOf("user").WaitAsync(clean.Token);
        Assert.Contains("X-Virus-Status: Failed\n", System.Text.Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
        await edge.LoggedAsync("Messages are taken unscanned");
    }

    /// <summary>After one message everything is there that a server needs for good.</summary>
    private static async Task<Leaks> WarmAsync(EdgeServer edge)
    {
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Clean())).Code);
        await edge.MaildirOf("user").CountAsync(1);
        return new Leaks(edge);
    }

    private static Task<SmtpReply[]> ManyAsync(EdgeServer edge) => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => ClamdEdge.SendAsync(edge, TestMail.Clean()))));

    private static async Task IsBackAsync(EdgeServer edge)
    {
        // The breaker lets one message try after its pause.
        await Until.TrueAsync(async () => (await ClamdEdge.SendAsync(edge, TestMail.Clean())).Code == 250, Until.Soon, () => edge.Process.OutputTail);
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Infected["zipped"])).Code);
    }
}
