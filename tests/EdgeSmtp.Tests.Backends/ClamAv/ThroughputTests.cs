using System.Diagnostics;
using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Measuring;
using EdgeSmtp.Toolkit.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>
/// Scans a second through the filter against what clamd does for a client that has nothing else to do, in turns; every message is a new one, since clamd remembers too.
/// The figures are printed; the bounds are loose, because the machine is shared. <c>EDGESMTP_SCANS</c> says how many scans a turn has.
/// </summary>
[Collection<Alone>]
public sealed class ThroughputTests
{
    private const int ScansByDefault = 400;
    private const int Rounds = 3;
    private const int AtOnce = 4;
    private const int MessageBytes = 4500;

    [Fact]
    public async Task Filter_AgainstClamdAlone_CostsLittle()
    {
        int scans = int.Parse(Environment.GetEnvironmentVariable("EDGESMTP_SCANS") ?? $"{ScansByDefault}", CultureInfo.InvariantCulture);
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(new ClamAvFilterOptions { Servers = [clamd.Socket], ConcurrencyMax = AtOnce, Cache = new VerdictCacheOptions { EntriesMax = 1000 } });
        await MeasureAsync(clamd, scans / 4, content => Scanners.AskClamdAsync(clamd, content));
        await MeasureAsync(clamd, scans / 4, content => FilterAsync(harness, content));
        List<Turn> alone = [], filtered = [];
        for (int round = 0; round < Rounds; round++)
        {
            alone.Add(await MeasureAsync(clamd, scans, content => Scanners.AskClamdAsync(clamd, content)));
            filtered.Add(await MeasureAsync(clamd, scans, content => FilterAsync(harness, content)));
        }

        double ratio = Median(alone.Zip(filtered, static (a, f) => f.PerSecond / a.PerSecond));
        double ownCost = Median(alone.Zip(filtered, static (a, f) => (f.OwnMicroseconds - a.OwnMicroseconds) / f.ClamdMicroseconds));
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"clamd alone {Median(alone.Select(static turn => turn.PerSecond)):0} scans/s, through the filter {Median(filtered.Select(static turn => turn.PerSecond)):0}, ratio {ratio:0.000}; "
            + $"CPU for each scan: clamd {Median(filtered.Select(static turn => turn.ClamdMicroseconds)):0} µs, client alone {Median(alone.Select(static turn => turn.OwnMicroseconds)):0} µs, "
            + $"filter {Median(filtered.Select(static turn => turn.OwnMicroseconds)):0} µs, more than the client {ownCost:0.0%} of clamd's");
        TestContext.Current.SendDiagnosticMessage(summary);
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        Assert.True(ratio > 0.5, summary);
        await Until.TrueAsync(() => clamd.Scans >= 2 * Rounds * scans, Until.Soon, () => "Something was not scanned.");
    }

    private static async Task<Turn> MeasureAsync(Clamd clamd, int scans, Func<FileContent, Task> scan)
    {
        // Made before the clock starts: neither side is charged for the messages of the test.
        FileContent[] messages = [.. Enumerable.Range(0, scans).Select(static _ => new FileContent(TestMail.Clean(MessageBytes)))];
        try
        {
            TimeSpan clamdBefore = CpuOf(clamd.Process.Id), ownBefore = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (message, _) => await scan(message));
            TimeSpan took = Stopwatch.GetElapsedTime(began), own = Environment.CpuUsage.TotalTime - ownBefore;
            return new Turn(scans / took.TotalSeconds, own.TotalMicroseconds / scans, (CpuOf(clamd.Process.Id) - clamdBefore).TotalMicroseconds / scans);
        }
        finally
        {
            foreach (FileContent message in messages)
                message.Dispose();
        }
    }

    private static async Task FilterAsync(ScanHarness harness, FileContent content)
    {
        Verdict verdict = await harness.ScanAsync(content);
        Assert.Null(verdict.Reason);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static TimeSpan CpuOf(int process)
    {
        string text = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        // utime and stime in ticks of 10 ms (proc(5)).
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private sealed record Turn(double PerSecond, double OwnMicroseconds, double ClamdMicroseconds);
}
