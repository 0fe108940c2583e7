using System.Text;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>The built program before a real clamd: what clients are told, what is delivered, what is in the log.</summary>
public sealed class ClamdEdgeTests
{
    [Fact]
    public async Task Virus_IsRefusedAndLogged()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket]);
        foreach ((string name, byte[] message) in TestMail.Infected)
        {
            SmtpReply reply = await ClamdEdge.SendAsync(edge, message);
            Assert.True(reply.Code == 554 && reply.Text.Contains("5.7.1", StringComparison.Ordinal), $"{name}: {reply.Text}");
            Assert.DoesNotContain("Eicar", reply.Text, StringComparison.Ordinal);
        }

        Specimen clean = Specimen.Make("plain");
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, clean.Content)).Code);
        StoredMail.AssertIntact(clean, await edge.MaildirOf("user").WaitAsync(clean.Token, otherwise: () => edge.Process.OutputTail));
        Assert.Equal(1, edge.MaildirOf("user").Count);
        Assert.Equal(TestMail.Infected.Count, await edge.MetricAsync("edgesmtp_filter_verdicts_total", "filter=\"clamav\",stage=\"message\",verdict=\"reject\",reason=\"virus\""));
        await edge.LoggedAsync("Eicar-Test-Signature");
        await edge.EmptyQueueAsync();
    }

    [Fact]
    public async Task Virus_OverQmtp_IsRefusedForEachRecipient()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket]);
        using QmtpConversation client = await QmtpConversation.ConnectAsync(edge.QmtpPort);
        IReadOnlyList<string?> answers = await client.SubmitAsync("s@client.test", [ClamdEdge.Recipient, "alice@example.test"], TestMail.Infected["zipped"]);
        Assert.All(answers, static answer => Assert.StartsWith("D", answer, StringComparison.Ordinal));
        Assert.Equal(2, answers.Count);
        answers = await client.SubmitAsync("s@client.test", [ClamdEdge.Recipient], TestMail.Clean());
        Assert.StartsWith("K", Assert.Single(answers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClamdOverTcp_GetsTheMessageAsAStream()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Address]);
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Infected["message/rfc822"])).Code);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Clean())).Code);
        await Until.CountAsync(2, () => clamd.Scans);
    }

    [Fact]
    public async Task ScanByPath_LeavesNoFile()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        string folder = string.Empty;
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], (settings, filter) =>
        {
            filter["Method"] = "Path";
            folder = settings.Folder.Folder("scan");
            settings.Section("Staging")["Folder"] = folder;
        });
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Infected["zipped"])).Code);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Clean())).Code);
        await Until.TrueAsync(() => Directory.GetFiles(folder).Length == 0, Until.Soon, () => string.Join(' ', Directory.GetFiles(folder)));
        await Until.CountAsync(2, () => clamd.Scans);
    }

    [Fact]
    public async Task Tag_DeliversWithOneFieldOfOurs()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], static (_, filter) => filter["OnVirus"] = "Tag");
        byte[] infected = [.. "X-Token: infected\r\nX-Virus-Status: Clean\r\nx-virus-status : Clean\r\n"u8, .. TestMail.Infected["zipped"]];
        byte[] clean = [.. "X-Token: harmless\r\nX-Virus-Status: Clean\r\n"u8, .. TestMail.Clean()];
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, infected)).Code);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, clean)).Code);
        Assert.Equal(["X-Virus-Status: Infected (Eicar-Test-Signature.UNOFFICIAL)"], await StatusAsync(edge, "X-Token: infected"));
        Assert.Empty(await StatusAsync(edge, "X-Token: harmless"));
    }

    [Fact]
    public async Task Quarantine_IsTakenAndHeld()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], static (_, filter) => filter["OnVirus"] = "Quarantine");
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Infected["plain"])).Code);
        Specimen clean = Specimen.Make("plain");
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, clean.Content)).Code);
        await edge.MaildirOf("user").WaitAsync(clean.Token);
        Assert.Equal(1, edge.MaildirOf("user").Count);
        Assert.Equal(1, await edge.QuarantineLengthAsync());
    }

    [Fact]
    public async Task MailAboveEveryLimit_IsTakenAndMarked()
    {
        await using Clamd clamd = await Clamd.StartAsync("MaxFileSize 1M");
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], static (_, filter) => filter["SizeBytesMax"] = 40 << 20);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, [.. "X-Token: large\r\n"u8, .. TestMail.Clean(2 << 20)])).Code);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, [.. "X-Token: huge\r\n"u8, .. TestMail.Clean(50 << 20)])).Code);
        Assert.Equal(["X-Virus-Status: Unscanned (Heuristics.Limits.Exceeded.MaxFileSize)"], await StatusAsync(edge, "X-Token: large"));
        Assert.Equal(["X-Virus-Status: Unscanned (too large)"], await StatusAsync(edge, "X-Token: huge"));
        Assert.Equal(2, await edge.MetricAsync("edgesmtp_filter_verdicts_total", "verdict=\"continue\",reason=\"unscanned\""));
    }

    [Fact]
    public async Task CopiesAtOnce_CostOneScan()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket]);
        byte[] copy = TestMail.Clean();
        SmtpReply[] replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Task.Run(() => ClamdEdge.SendAsync(edge, copy))));
        Assert.All(replies, static reply => Assert.Equal(250, reply.Code));
        await Until.CountAsync(1, () => clamd.Scans);
        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_part_events_total", "part=\"cache\",event=\"miss\""));
        await edge.MaildirOf("user").CountAsync(60);
    }

    [Fact]
    public async Task QhpsiOfAnAccessRule_ScansTheMailOfItsClients()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        string scanned = string.Empty;
        await using EdgeServer edge = await ClamdEdge.StartAsync([clamd.Socket], (settings, _) =>
        {
            scanned = settings.Folder.PathOf("scanned");
            string program = settings.Folder.Write("scanner", $"#!/bin/sh\necho \"$2 $3\" >>{scanned}\ngrep -q bottles \"$1\" && exit 13\nexit 0\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string rules = settings.Folder.Write("rules", $"127.0.0.5:allow,QHPSI=\"{program}\",QHPSIARG1=\"one\",QHPSIARG3=\"three\",QHPSIRC=\"13\"\n127.0.0.6:allow,QHPSI=\"\"\n:allow\n");
            settings.Section("AccessRules", "all")["File"] = rules;
            settings.Listener("mx")["Access"] = "all";
        });
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Clean(), from: "127.0.0.5")).Code);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Infected["plain"], from: "127.0.0.5")).Code);
        Assert.Equal(250, (await ClamdEdge.SendAsync(edge, TestMail.Infected["plain"], from: "127.0.0.6")).Code);
        Assert.Equal(554, (await ClamdEdge.SendAsync(edge, TestMail.Infected["plain"])).Code);
        Assert.Equal(["one three", "one three"], await File.ReadAllLinesAsync(scanned));
        await Until.CountAsync(1, () => clamd.Scans);
    }

    private static async Task<string[]> StatusAsync(EdgeServer edge, string token)
    {
        byte[] stored = await edge.MaildirOf("user").WaitAsync(token, otherwise: () => edge.Process.OutputTail);
        string header = Encoding.Latin1.GetString(stored, 0, stored.AsSpan().IndexOf("\n\n"u8)).Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);
        return [.. header.Split('\n').Where(static field => field.StartsWith("X-Virus-Status", StringComparison.OrdinalIgnoreCase))];
    }
}
