using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Measuring;

/// <summary>
/// What a spamd that is saturated does to mail that needs none: whole transactions, due at fixed times, timed from when they were due. Eight other sessions send besides, always as often: mail that waits
/// for spamd; mail that is not scanned, while nobody asks spamd anything; or mail that its sender has had scanned by spamd and that is not scanned again. The second says what waiting and working side by side do together, the
/// third what is left when it is not the edge that asks and waits: the same scans, the same mail after each in the same rhythm, on the same processors. The windows of each stand around the saturated one in each round.
/// </summary>
[Collection<Alone>]
public sealed class BesideSpamdTests
{
    private const int Children = 2;
    private const int Saturating = 8;
    private const int Sessions = 4;
    private const string Scanned = "user@example.test";
    private const string NotScanned = "alice@example.test";

    // Together 200 a second, which one core has room for.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly int MailsOfASession = Scale.IsFull ? 120 : 25;

    // A young process compiles, and where server and clients have one core it stops for 10 to 30 ms to do so; what only a scan runs is compiled anew after dozens and again after hundreds of scans, at nine a second.
    private static readonly int WarmMailsOfASession = Scale.IsFull ? 5_000 : 100;
    private static readonly int WarmWindows = Scale.IsFull ? 30 : 1;

    [Fact]
    public async Task MailWithoutScan_DoesNotWaitForSpamd()
    {
        await using Spamd spamd = await Spamd.StartAsync(Children, Scale.ScannerCores);
        await using EdgeServer edge = await StartAsync(spamd);
        await WindowAsync(edge, TimeSpan.Zero, WarmMailsOfASession);
        TimeSpan pace = TimeSpan.Zero;
        for (int window = 0; window < WarmWindows; window++)
            pace = (await BesideAsync(edge, Scanned, TimeSpan.Zero)).Pace;
        List<double[]> idle = [], busy = [], saturated = [], first = [], last = [];
        List<double> paces = [];
        for (int round = 0; round < Scale.Rounds; round++)
        {
            double[] idleBefore = (await BesideAsync(edge, NotScanned, pace)).Times;
            double[] busyBefore = await BesideOthersAsync(edge, spamd);
            (double[] own, pace) = await BesideAsync(edge, Scanned, TimeSpan.Zero);
            double[] busyAfter = await BesideOthersAsync(edge, spamd);
            double[] idleAfter = (await BesideAsync(edge, NotScanned, pace)).Times;
            first.Add(idleBefore);
            last.Add(idleAfter);
            idle.AddRange([idleBefore, idleAfter]);
            busy.AddRange([busyBefore, busyAfter]);
            saturated.Add(own);
            paces.Add(pace.TotalSeconds);
        }

        Scale.Say($"spamd takes {Saturating / paces.Average():0.0} messages a second beside {Sessions / Interval.TotalSeconds:0} that it need not take");
        foreach ((string name, double part) in (ReadOnlySpan<(string, double)>)[("p50", 0.5), ("p90", 0.9), ("p99", 0.99)])
        {
            double Figure(double[] all) => Comparison.Quantile(all, part);
            double Of(List<double[]> windows) => Figure(Comparison.Pooled(windows));
            Scale.Say($"{name}: spamd idle {Of(idle):0.00} ms, saturated by others {Of(busy):0.00} ms, saturated by the edge {Of(saturated):0.00} ms");
            Scale.Say($"{name}: by the edge / by others {Comparison.Of(saturated, busy, Figure)}, by others / idle {Comparison.Of(busy, idle, Figure)}, by the edge / idle {Comparison.Of(saturated, idle, Figure)}, idle after / idle before {Comparison.Of(last, first, Figure)}");
        }

        Assert.All(saturated.Concat(busy).Concat(idle), static window => Assert.Equal(Sessions * MailsOfASession, window.Length));
    }

    private static Task<EdgeServer> StartAsync(Spamd spamd)
    {
        JsonObject spam = SpamAssassin.Options(spamd, isUnix: true);
        spam["ConcurrencyMax"] = Children;
        spam["Recipients"] = new JsonObject { [NotScanned] = new JsonObject { ["Scan"] = false } };
        return ScannedEdge.StartAsync(("spam", spam));
    }

    /// <summary>A window beside eight sessions.</summary>
    /// <param name="edge">The server.</param>
    /// <param name="recipient">To whom the eight send.</param>
    /// <param name="pace">How often each of them does; zero for as soon as it has its reply.</param>
    /// <returns>What the window measured, and how often each of the eight had its reply.</returns>
    private static Task<(double[] Times, TimeSpan Pace)> BesideAsync(EdgeServer edge, string recipient, TimeSpan pace) =>
        BesideAsync(pace, () => SendAsync(edge, Scanners.NextMail(), recipient), () => MeasureAsync(edge, recipient == Scanned ? Children : 0));

    /// <summary>A window beside eight sessions who have spamd scan their mail and then send it to somebody whose mail is not scanned.</summary>
    private static async Task<double[]> BesideOthersAsync(EdgeServer edge, Spamd spamd)
    {
        async Task ScanAndSendAsync()
        {
            byte[] mail = Scanners.NextMail();
            await Scanners.AskSpamdAsync(spamd, mail);
            await SendAsync(edge, mail, NotScanned);
        }

        return (await BesideAsync(TimeSpan.Zero, ScanAndSendAsync, () => MeasureAsync(edge, scans: 0))).Times;
    }

    /// <summary>A window, as soon as the edge has so many scans in flight. Each one begins behind a look at the metrics, which makes work of its own.</summary>
    private static async Task<double[]> MeasureAsync(EdgeServer edge, int scans)
    {
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= scans, Until.Soon, () => edge.Process.OutputTail);
        return await WindowAsync(edge, Interval, MailsOfASession);
    }

    private static async Task<(double[] Times, TimeSpan Pace)> BesideAsync(TimeSpan pace, Func<Task> send, Func<Task<double[]>> measure)
    {
        using CancellationTokenSource end = new();
        long start = Stopwatch.GetTimestamp();
        Task<int>[] load = [.. Enumerable.Range(0, Saturating).Select(session => LoadAsync(pace, pace * session / Saturating, send, end.Token))];
        double[] times = await measure();
        await end.CancelAsync();
        int sent = (await Task.WhenAll(load)).Sum();
        return (times, Stopwatch.GetElapsedTime(start) * Saturating / Math.Max(1, sent));
    }

    private static async Task<int> LoadAsync(TimeSpan pace, TimeSpan first, Func<Task> send, CancellationToken end)
    {
        await Task.Delay(first, TimeProvider.System, CancellationToken.None);
        int sent = 0;
        while (!end.IsCancellationRequested)
        {
            Task next = pace > TimeSpan.Zero ? Task.Delay(pace, end).ContinueWith(static _ => { }, TaskScheduler.Default) : Task.CompletedTask;
            await send();
            sent++;
            await next;
        }
        return sent;
    }

    private static async Task SendAsync(EdgeServer edge, byte[] mail, string recipient)
    {
        SmtpReply reply = await ScannedEdge.SendAsync(edge, mail, recipient);
        Assert.True(reply.Code == 250, reply.Text);
    }

    /// <summary>Sends mail that is not scanned, and gives how long each took, in milliseconds.</summary>
    private static async Task<double[]> WindowAsync(EdgeServer edge, TimeSpan interval, int mails)
    {
        ConcurrentBag<double> times = [];
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(async session =>
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            TimeSpan due = Stopwatch.GetElapsedTime(start) + (interval * session / Sessions);
            for (int i = 0; i < mails; i++, due += interval)
            {
                byte[] mail = Scanners.NextMail();
                TimeSpan early = due - Stopwatch.GetElapsedTime(start);
                if (early > TimeSpan.Zero)
                    await Task.Delay(early, TimeProvider.System);

                // A client that oversleeps is not the server's fault; one that is late because its last mail was, is.
                TimeSpan from = early > TimeSpan.Zero ? Stopwatch.GetElapsedTime(start) : due;
                await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", NotScanned, mail));
                times.Add((Stopwatch.GetElapsedTime(start) - from).TotalMilliseconds);
            }
        }));
        return [.. times];
    }
}
