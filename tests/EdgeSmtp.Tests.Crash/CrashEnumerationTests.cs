using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Testing.FileSystem;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Crash;

/// <summary>Stops the machine at every call that changes the disk, in turn, and recovers from what chance leaves of the unsynced writes.</summary>
public sealed class CrashEnumerationTests
{
    private const int RandomImages = 4;

    [Fact]
    public async Task Store_StoppedAtEveryCall_KeepsEverythingAcknowledged()
    {
        int calls = await CountCallsAsync();
        Assert.True(calls > 200, $"Only {calls} calls: the script does not roll and compact any more.");
        List<string> wrong = [];
        for (int call = 1; call <= calls && wrong.Count == 0; call++)
        {
            (FaultFileSystem files, Func<CrashModel> model) = await StopAtAsync(call, ignoreSyncs: false);
            wrong.AddRange(await CheckImagesAsync(files, model, call));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Lanes_StoppedAtEveryCall_KeepEverythingAcknowledged()
    {
        CrashRun whole = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        await LaneScript.RunAsync(whole);
        Assert.Empty(await CheckAsync(whole.Files.AfterCrash(1, CrashDamage.KeepAll), whole.Model, Clock()));
        Assert.True(whole.Metrics.Value(QueueMetrics.Copied) > 5, "Hardly anything was compacted.");
        List<string> wrong = [];
        for (int call = 1; call <= whole.Files.Calls && wrong.Count == 0; call++)
        {
            (FaultFileSystem files, Func<CrashModel> model) = await StopAtAsync(call, ignoreSyncs: false, LaneScript.RunAsync);
            wrong.AddRange(await CheckImagesAsync(files, model, call));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Lanes_OnADiskThatIgnoresSyncs_AreCaught()
    {
        CrashRun whole = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        await LaneScript.RunAsync(whole);
        int caught = 0;
        for (int call = 20; call <= whole.Files.Calls; call += 10)
        {
            (FaultFileSystem files, Func<CrashModel> model) = await StopAtAsync(call, ignoreSyncs: true, LaneScript.RunAsync);
            caught += (await CheckAsync(files.AfterCrash(call, CrashDamage.DropAll), model(), Clock())).Count > 0 ? 1 : 0;
        }

        Assert.True(caught >= (whole.Files.Calls - 20) / 10 / 2, $"Caught at {caught} places of {whole.Files.Calls} calls.");
    }

    [Fact]
    public async Task Store_StoppedAgainAfterRecovery_KeepsEverythingAcknowledged()
    {
        int calls = await CountCallsAsync();
        List<string> wrong = [];
        for (int call = 1; call <= calls && wrong.Count == 0; call += 3)
        {
            (FaultFileSystem files, Func<CrashModel> model) = await StopAtAsync(call, ignoreSyncs: false);
            for (int second = 1; second <= 60; second += 7)
            {
                // A fresh model for each second life: the first run is replayed, so that both know the same.
                (files, model) = await StopAtAsync(call, ignoreSyncs: false);
                wrong.AddRange(await StopTwiceAsync(files.AfterCrash(call * 31 + second), model(), second));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Store_KilledAndThenWithoutPower_KeepsEverythingAcknowledged()
    {
        // After a kill alone everything that was written is there, so what never became durable looks like the rest.
        int calls = await CountCallsAsync();
        List<string> wrong = [];
        for (int call = 1; call <= calls && wrong.Count == 0; call++)
        {
            for (int second = 3; second <= 21; second += 6)
            {
                (FaultFileSystem files, Func<CrashModel> model) = await StopAtAsync(call, ignoreSyncs: false);
                files.Restart();
                wrong.AddRange((await StopTwiceAsync(files, model(), second, CrashDamage.DropAll)).Select(w => $"killed at call {call}, {w}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Store_WithAnIndexLargerThanASegment_KeepsEverythingAcknowledged()
    {
        CrashRun whole = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        await CrashScript.RunWideAsync(whole);
        List<string> wrong = [];
        for (int call = 60; call <= whole.Files.Calls && wrong.Count == 0; call += 2)
        {
            CrashRun run = new(new FaultFileSystem { CrashAtCall = call }, new CrashModel(), CrashRun.NewClock());
            await Assert.ThrowsAsync<SimulatedCrashException>(() => CrashScript.RunWideAsync(run));
            wrong.AddRange(await CheckAsync(run.Files.AfterCrash(call), run.Model, Clock()));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Store_OnADiskThatIgnoresSyncs_IsCaught()
    {
        // The checker itself is under test: a build whose fdatasync does nothing must not pass.
        int calls = await CountCallsAsync();
        int caught = 0;
        for (int call = 20; call <= calls; call += 20)
        {
            (FaultFileSystem files, Func<CrashModel> model) = await StopAtAsync(call, ignoreSyncs: true);
            caught += (await CheckAsync(files.AfterCrash(call, CrashDamage.DropAll), model(), Clock())).Count > 0 ? 1 : 0;
        }

        Assert.True(caught >= calls / 20 / 2, $"Caught at {caught} of {calls / 20} places.");
    }

    [Fact]
    public async Task Script_OfTheEnumeration_TakesEveryStep()
    {
        // If this fails the other tests here have become weaker without saying so.
        HashSet<string> calls = [];
        FaultFileSystem files = new() { OnCall = (_, call, path) => calls.Add(call + " " + Path.GetExtension(path)) };
        CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
        await CrashScript.RunAsync(run);

        string[] expected =
        [
            "create .0", "create .1", "write .0", "write .1", "fdatasync .0", "fdatasync .1",
            "create .new", "write .new", "fdatasync .new", "rename .seg", "syncdir ",
            "create .body", "write .body", "fdatasync .body", "delete .body",
        ];
        Assert.Empty(expected.Except(calls));
        Assert.True(run.Metrics.Value(QueueMetrics.Copied) > 0, "Nothing was compacted.");
        Assert.True(run.Metrics.Value(QueueMetrics.ColdReads) > 0, "Nothing was read back.");
        ulong epoch = 0;
        int segments = 0;
        foreach (string name in files.List("/queue").Where(static name => name.EndsWith(".seg", StringComparison.Ordinal)))
        {
            segments++;
            epoch = SegmentHeader.TryRead(files.ReadAll("/queue/" + name), out SegmentHeader header) ? Math.Max(epoch, header.Epoch) : epoch;
        }

        Assert.True(epoch > (ulong)segments + 2, $"{segments} segments and {epoch} epochs: nothing was recycled.");
    }

    private static FakeTimeProvider Clock()
    {
        FakeTimeProvider clock = CrashRun.NewClock();
        clock.Advance(TimeSpan.FromHours(1));
        return clock;
    }

    private static async Task<int> CountCallsAsync()
    {
        CrashRun run = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        await CrashScript.RunAsync(run);
        Assert.Empty(await CheckAsync(run.Files.AfterCrash(1, CrashDamage.KeepAll), run.Model, Clock()));
        return run.Files.Calls;
    }

    private static async Task<(FaultFileSystem Files, Func<CrashModel> Model)> StopAtAsync(int call, bool ignoreSyncs, Func<CrashRun, Task>? script = null)
    {
        CrashRun run = new(new FaultFileSystem { CrashAtCall = call, IgnoreSyncs = ignoreSyncs }, new CrashModel(), CrashRun.NewClock());
        await Assert.ThrowsAsync<SimulatedCrashException>(() => (script ?? CrashScript.RunAsync)(run));
        return (run.Files, () => run.Model);
    }

    private static async Task<List<string>> CheckImagesAsync(FaultFileSystem files, Func<CrashModel> model, int call)
    {
        List<string> wrong = [];
        wrong.AddRange(await CheckAsync(files.AfterCrash(0, CrashDamage.DropAll), model(), Clock()));
        wrong.AddRange(await CheckAsync(files.AfterCrash(0, CrashDamage.KeepAll), model(), Clock()));
        for (int seed = 0; seed < RandomImages; seed++)
        {
            wrong.AddRange(await CheckAsync(files.AfterCrash(call * 1000 + seed), model(), Clock()));
        }

        return [.. wrong.Select(w => $"stopped at call {call}: {w}")];
    }

    private static async Task<List<string>> CheckAsync(FaultFileSystem files, CrashModel model, FakeTimeProvider clock)
    {
        CrashRun run = new(files, model, clock);
        run.Open();
        List<string> wrong = await model.CheckAsync(run.Store);
        wrong.AddRange(run.Store.Recovery.Damaged.Select(static range => $"torn writes reported as damage: {range}"));
        wrong.AddRange(run.Store.Recovery.Missing.Select(static range => $"missing LSNs {range}"));
        wrong.AddRange(run.Store.Recovery.Lost.Select(static id => $"lost {id}"));
        return wrong;
    }

    private static async Task<List<string>> StopTwiceAsync(FaultFileSystem files, CrashModel model, int second, CrashDamage damage = CrashDamage.Random)
    {
        files.CrashAtCall = files.Calls + second;
        CrashRun run = new(files, model, Clock());
        try
        {
            run.Open();
            await model.AdoptAsync(run.Store);
            await CrashScript.ContinueAsync(run);
        }
        catch (SimulatedCrashException)
        {
            // As asked; a run that is shorter was closed and is checked all the same.
        }

        FakeTimeProvider later = Clock();
        later.Advance(TimeSpan.FromHours(1));
        List<string> wrong = await CheckAsync(files.AfterCrash(second, damage), model, later);
        return [.. wrong.Select(w => $"stopped again at call {second}: {w}")];
    }
}
