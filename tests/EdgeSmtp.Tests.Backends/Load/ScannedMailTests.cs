using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>What scanning by spamd costs beside spamd, and what it does to mail that needs no scan. The figures go to docs/performance.md.</summary>
[Collection<Alone>]
public sealed class ScannedMailTests
{
    private const int Children = 2;
    private const int Clients = 8;
    private const int UnscannedMails = 2_000;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    private static readonly string[] Words = ["invoice", "meeting", "friday", "please", "regards", "report", "lunch", "the", "and", "for", "quarter", "draft", "send", "number", "house", "garden"];

    private int _sent;

    // A time is no test on a machine that others use too; that every message is scanned once, and none but those, is.
    [Fact]
    public async Task Spamd_AloneAndBehindTheEdge_ScansAsMuch()
    {
        await using Spamd spamd = await Spamd.StartAsync(Children);
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", Options(spamd)));
        await ScanForAsync(Turn, Children, () => AskAsync(spamd));
        for (int round = 0; round < 4; round++)
        {
            (int alone, double aloneSeconds) = await ScanForAsync(Turn, Children, () => AskAsync(spamd));
            (int before, TimeSpan edgeBefore, TimeSpan spamdBefore) = (spamd.Scans, ProcessTree.CpuOf(edge.Process.Id), spamd.Cpu);
            (int behind, double behindSeconds) = await ScanForAsync(Turn, Clients, () => SendAsync(edge, "user@example.test"));

            // spamd writes its log behind its answer.
            await Until.TrueAsync(() => spamd.Scans - before >= behind, Until.Soon, () => $"{spamd.Scans - before} scans for {behind} messages.");
            Assert.Equal(behind, spamd.Scans - before);
            double edgeCpu = (ProcessTree.CpuOf(edge.Process.Id) - edgeBefore).TotalMilliseconds / behind;
            double spamdCpu = (spamd.Cpu - spamdBefore).TotalMilliseconds / behind;
            Say($"spamd alone {alone / aloneSeconds:0.0}/s, behind the edge {behind / behindSeconds:0.0}/s; CPU of a message: spamd {spamdCpu:0.0} ms, edge {edgeCpu:0.00} ms, {edgeCpu / spamdCpu:0.000} of it");
        }
    }

    [Fact]
    public async Task MailWithoutScan_DoesNotWaitForSpamd()
    {
        await using Spamd spamd = await Spamd.StartAsync(Children, niceness: 19);
        await using EdgeServer edge = await ScannedEdge.StartAsync(("spam", Options(spamd)));
        await UnscannedAsync(edge);
        for (int round = 0; round < 3; round++)
        {
            double[] idle = await UnscannedAsync(edge);
            using CancellationTokenSource stop = new();
            Task saturated = Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
            {
                while (!stop.IsCancellationRequested)
                    await SendAsync(edge, "user@example.test");
            }));
            await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= Children, Until.Soon, () => edge.Process.OutputTail);
            double[] busy = await UnscannedAsync(edge);

            // The lane as full as before, and spamd takes no processor from anybody.
            spamd.Signal(PosixSignal.Stop);
            double[] stopped = await UnscannedAsync(edge);
            spamd.Signal(PosixSignal.Continue);
            await stop.CancelAsync();
            await saturated;
            Say($"without scan, p50 and p99: {idle[0]:0.00}, {idle[1]:0.00} ms; spamd saturated {busy[0]:0.00}, {busy[1]:0.00} ms ({busy[1] / idle[1]:0.00}); saturated and stopped {stopped[0]:0.00}, {stopped[1]:0.00} ms ({stopped[1] / idle[1]:0.00})");
        }
    }

    private static JsonObject Options(Spamd spamd)
    {
        JsonObject spam = SpamAssassin.Options(spamd, isUnix: true);
        spam["ConcurrencyMax"] = Children;
        spam["Recipients"] = new JsonObject { ["alice@example.test"] = new JsonObject { ["Scan"] = false } };
        return spam;
    }

    private static void Say(FormattableString text) => TestContext.Current.SendDiagnosticMessage(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Does something again and again, so many times at once, and gives how often, in how many seconds.</summary>
    private static async Task<(int Done, double Seconds)> ScanForAsync(TimeSpan time, int atOnce, Func<Task> scan)
    {
        int done = 0;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                await scan();
                Interlocked.Increment(ref done);
            }
        }));
        return (done, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>A tight client: it has the question ready, and reads the answer to its end.</summary>
    private async Task AskAsync(Spamd spamd)
    {
        byte[] mail = [.. "Return-Path: <s@client.test>\r\nReceived: from client.example.test ([127.0.0.1]) by mx.example.test with ESMTP; Thu, 1 Jan 2026 00:00:00 +0000\r\n"u8, .. NextMail()];
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(spamd.UnixAddress["unix:".Length..]));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"SYMBOLS SPAMC/1.5\r\nContent-length: {mail.Length}\r\n\r\n"));
        await socket.SendAsync(mail);
        byte[] answer = new byte[4096];
        int length = 0;
        while (await socket.ReceiveAsync(answer.AsMemory(length)) is > 0 and int read)
            length += read;
        Assert.StartsWith("SPAMD/1.1 0 EX_OK", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    private async Task SendAsync(EdgeServer edge, string recipient)
    {
        SmtpReply reply = await ScannedEdge.SendAsync(edge, NextMail(), recipient);
        Assert.True(reply.Code == 250, reply.Text);
    }

    /// <summary>Sends mail that is not scanned, over a few sessions at once, and gives p50 and p99 of the reply to the dot, in milliseconds.</summary>
    private async Task<double[]> UnscannedAsync(EdgeServer edge)
    {
        ConcurrentBag<double> times = [];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            for (int i = 0; i < UnscannedMails / 4; i++)
            {
                byte[] mail = DotStuffing.Apply(NextMail());
                await client.ExpectAsync(250, await client.CommandAsync("MAIL FROM:<s@client.test>"));
                await client.ExpectAsync(250, await client.CommandAsync("RCPT TO:<alice@example.test>"));
                await client.ExpectAsync(354, await client.CommandAsync("DATA"));
                long start = Stopwatch.GetTimestamp();
                await client.SendAsync(mail);
                await client.ExpectAsync(250, await client.ReadReplyAsync());
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }));
        double[] sorted = [.. times.Order()];
        return [sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]];
    }

    /// <summary>4 KB of words in an order of their own, so that nothing was seen before.</summary>
    private byte[] NextMail()
    {
        int number = Interlocked.Increment(ref _sent);
        Random random = new(number);
        StringBuilder text = new();
        while (text.Length < 4096)
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(12) == 0 ? "\r\n" : " ");
        return ScannedEdge.Mail($"scan-{number}", text.ToString());
    }
}
