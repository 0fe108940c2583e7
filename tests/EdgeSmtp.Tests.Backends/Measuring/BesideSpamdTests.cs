using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Measuring;

/// <summary>
/// What a spamd that is saturated does to mail that needs none: whole transactions, due at fixed times, timed from when they were due. Each round has four windows: nothing else to do; spamd saturated;
/// its lane just as full, but spamd stopped, so that it takes no processor; nothing else to do again. The first against the last says what the machine does by itself.
/// </summary>
[Collection<Alone>]
public sealed class BesideSpamdTests
{
    private const int Children = 2;
    private const int Saturating = 8;
    private const int Sessions = 4;

    // Together 200 a second, which two cores have room for.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly int MailsOfASession = Scale.IsFull ? 120 : 25;

    // A young process compiles, and stops for some milliseconds at a time to do so; scanning is not all of the paths that it has to learn.
    private static readonly int WarmMailsOfASession = Scale.IsFull ? 5_000 : 100;
    private static readonly int WarmRounds = Scale.IsFull ? 2 : 0;

    [Fact]
    public async Task MailWithoutScan_DoesNotWaitForSpamd()
    {
        await using Spamd spamd = await Spamd.StartAsync(Children, Scale.ScannerCores);
        await using EdgeServer edge = await StartAsync(spamd);
        await WindowAsync(edge, TimeSpan.Zero, WarmMailsOfASession);
        List<double[]> idle = [], saturated = [], stopped = [], again = [];
        for (int round = -WarmRounds; round < Scale.Rounds; round++)
        {
            if (round == 0)
            {
                foreach (List<double[]> windows in (ReadOnlySpan<List<double[]>>)[idle, saturated, stopped, again])
                    windows.Clear();
            }
            idle.Add(await WindowAsync(edge, Interval, MailsOfASession));
            using CancellationTokenSource end = new();
            Task load = Task.WhenAll(Enumerable.Range(0, Saturating).Select(_ => SaturateAsync(edge, end.Token)));
            await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= Children, Until.Soon, () => edge.Process.OutputTail);
            saturated.Add(await WindowAsync(edge, Interval, MailsOfASession));
            spamd.Signal(PosixSignal.Stop);
            stopped.Add(await WindowAsync(edge, Interval, MailsOfASession));
            spamd.Signal(PosixSignal.Continue);
            await end.CancelAsync();
            await load;
            again.Add(await WindowAsync(edge, Interval, MailsOfASession));
        }

        List<double[]> quiet = [.. idle, .. again];
        foreach ((string name, double part) in (ReadOnlySpan<(string, double)>)[("p50", 0.5), ("p90", 0.9), ("p99", 0.99)])
        {
            double Figure(double[] all) => Comparison.Quantile(all, part);
            Scale.Say($"{name}: {Figure(Comparison.Pooled(quiet)):0.00} ms, spamd saturated {Figure(Comparison.Pooled(saturated)):0.00} ms, saturated and stopped {Figure(Comparison.Pooled(stopped)):0.00} ms");
            Scale.Say($"{name} as a share of idle: saturated {Comparison.Of(saturated, quiet, Figure)}, stopped {Comparison.Of(stopped, quiet, Figure)}, idle again {Comparison.Of(again, idle, Figure)}");
        }

        Assert.All(saturated.Concat(stopped).Concat(quiet), static window => Assert.Equal(Sessions * MailsOfASession, window.Length));
    }

    private static Task<EdgeServer> StartAsync(Spamd spamd)
    {
        JsonObject spam = SpamAssassin.Options(spamd, isUnix: true);
        spam["ConcurrencyMax"] = Children;
        spam["Recipients"] = new JsonObject { ["alice@example.test"] = new JsonObject { ["Scan"] = false } };
        return ScannedEdge.StartAsync(("spam", spam));
    }

    private static async Task SaturateAsync(EdgeServer edge, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            SmtpReply reply = await ScannedEdge.SendAsync(edge, Scanners.NextMail(), "user@example.test");
            Assert.True(reply.Code == 250, reply.Text);
        }
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
                await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "alice@example.test", mail));
                times.Add((Stopwatch.GetElapsedTime(start) - from).TotalMilliseconds);
            }
        }));
        return [.. times];
    }
}
