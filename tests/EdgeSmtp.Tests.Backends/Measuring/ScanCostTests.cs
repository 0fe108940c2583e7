using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.ClamAv;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Measuring;

/// <summary>
/// Messages a second with clamd and spamd behind the edge, as a share of what the two do for clients that have nothing else to do; in turns, on the same processors. That nothing is scanned twice and
/// nothing left out is tested; times are printed, for docs/performance.md.
/// </summary>
[Collection<Alone>]
public sealed class ScanCostTests
{
    private const int Children = 2;

    // Enough that a child never waits for the next message.
    private const int Clients = 6;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(Scale.IsFull ? 8 : 2);

    [Fact]
    public async Task ClamdAndSpamd_AloneAndBehindTheEdge_ScanAsMuch()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using Spamd spamd = await Spamd.StartAsync(Children);
        await using EdgeServer edge = await StartAsync(clamd, spamd);

        // The server's code is compiled before it counts.
        await RunAsync(Turn, Clients, () => SendAsync(edge, "alice@example.test"));
        await RunAsync(Turn, Clients, () => SendAsync(edge, "user@example.test"));
        List<double[]> alone = [], behind = [], cost = [], withoutScan = [];
        for (int round = 0; round < Scale.Rounds; round++)
        {
            alone.Add([(await RunAsync(Turn, Clients, () => AskBothAsync(clamd, spamd))).PerSecond]);
            int before = await ScansAsync(edge);
            TimeSpan edgeBefore = ProcessTree.CpuOf(edge.Process.Id), scannersBefore = spamd.Cpu + ProcessTree.CpuOf(clamd.Process.Id);
            (int done, double perSecond) = await RunAsync(Turn, Clients, () => SendAsync(edge, "user@example.test"));
            behind.Add([perSecond]);
            cost.Add([(ProcessTree.CpuOf(edge.Process.Id) - edgeBefore) / (spamd.Cpu + ProcessTree.CpuOf(clamd.Process.Id) - scannersBefore)]);
            Assert.Equal(done, await ScansAsync(edge) - before);
            TimeSpan spared = ProcessTree.CpuOf(edge.Process.Id);
            (done, _) = await RunAsync(Turn / 4, Clients, () => SendAsync(edge, "alice@example.test"));
            withoutScan.Add([(ProcessTree.CpuOf(edge.Process.Id) - spared).TotalMilliseconds / done]);
            Scale.Say($"round {round}: alone {alone[^1][0]:0.00}/s, behind the edge {behind[^1][0]:0.00}/s; CPU of the edge {cost[^1][0]:0.0000} of the scanners', {withoutScan[^1][0]:0.00} ms for a message that is not scanned");
        }

        Scale.Say($"messages a second behind the edge, as a share of the scanners alone: {Comparison.Of(behind, alone, static all => all.Average())}; CPU of the edge as a share of theirs, median {Comparison.Quantile(Comparison.Pooled(cost), 0.5):0.0000}");
    }

    private static Task<EdgeServer> StartAsync(Clamd clamd, Spamd spamd)
    {
        JsonObject spam = SpamAssassin.Options(spamd, isUnix: true);
        spam["ConcurrencyMax"] = Children;
        spam["Recipients"] = new JsonObject { ["alice@example.test"] = new JsonObject { ["Scan"] = false } };
        return ScannedEdge.StartAsync(
            ("scanners", new JsonObject { ["Type"] = "Group", ["Members"] = new JsonArray("clamav", "spam") }),
            ("clamav", new JsonObject { ["Type"] = "ClamAv", ["Servers"] = new JsonArray(clamd.Socket) }),
            ("spam", spam));
    }

    private static async Task<int> ScansAsync(EdgeServer edge) => (int)await edge.MetricAsync("edgesmtp_filter_part_events_total", "part=\"lane\",event=\"scanned\"");

    private static async Task AskBothAsync(Clamd clamd, Spamd spamd)
    {
        byte[] mail = Scanners.NextMail();
        using FileContent content = new(mail);
        await Task.WhenAll(Scanners.AskClamdAsync(clamd, content), Scanners.AskSpamdAsync(spamd, mail));
    }

    private static async Task SendAsync(EdgeServer edge, string recipient)
    {
        SmtpReply reply = await ScannedEdge.SendAsync(edge, Scanners.NextMail(), recipient);
        Assert.True(reply.Code == 250, reply.Text);
    }

    /// <summary>Does something again and again, so many at once, and gives how often.</summary>
    private static async Task<(int Done, double PerSecond)> RunAsync(TimeSpan time, int atOnce, Func<Task> work)
    {
        int done = 0;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                await work();
                Interlocked.Increment(ref done);
            }
        }));
        return (done, done / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
