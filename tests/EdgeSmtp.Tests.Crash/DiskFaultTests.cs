using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Testing.FileSystem;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Crash;

/// <summary>Lets each call that changes the disk fail, in turn (<c>docs/queue.md</c>, What each fault does).</summary>
public sealed class DiskFaultTests
{
    [Fact]
    public async Task Store_WithNoSpaceAtEveryCall_LosesNothingAndRecoversByItself()
    {
        List<string> wrong = [];
        int calls = await CountCallsAsync();
        for (int call = 1; call <= calls && wrong.Count == 0; call++)
        {
            FaultFileSystem files = new();
            string failed = string.Empty;
            files.OnCall = (number, name, path) => failed = number == call ? $"{name} {Path.GetExtension(path)}" : failed;
            files.FailAt(call, DiskErrors.NoSpace);
            CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
            if (!await TryRunAsync(run))
            {
                wrong.AddRange(await CheckAsync(files, run.Model, run.Time));
                continue;
            }

            wrong.AddRange((await run.Model.CheckAsync(run.Store)).Select(w => $"live: {w}"));

            // A journal fdatasync that fails is final whatever the reason; every other shortage passes.
            if (run.Store.Health != StoreHealth.Failed)
            {
                run.Wait(TimeSpan.FromSeconds(2));
                await run.CommitAsync(1_000);
                Assert.True(run.Model.Messages[^1].IsAcknowledged, $"no space at call {call} ({failed}): still refusing");
                Assert.Equal(StoreHealth.Open, run.Store.Health);
            }
            else
            {
                Assert.StartsWith("fdatasync", failed, StringComparison.Ordinal);
            }

            wrong.AddRange(await CheckAsync(files.AfterCrash(call), run.Model, run.Time));
            wrong = [.. wrong.Select(w => $"no space at call {call} ({failed}): {w}")];
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Store_WithAnErrorAtEveryCall_FailsForEverAndLosesNothing()
    {
        List<string> wrong = [];
        int calls = await CountCallsAsync();
        for (int call = 1; call <= calls && wrong.Count == 0; call++)
        {
            FaultFileSystem files = new();
            files.FailAt(call, DiskErrors.InputOutput);
            string failed = string.Empty;
            string failedPath = string.Empty;
            int syncsAfter = 0;
            files.OnCall = (number, name, path) =>
            {
                (failed, failedPath) = number == call ? (name, path) : (failed, failedPath);
                syncsAfter += number > call && name == "fdatasync" && path == failedPath ? 1 : 0;
            };
            CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
            if (await TryRunAsync(run))
            {
                wrong.AddRange((await run.Model.CheckAsync(run.Store)).Select(w => $"live: {w}"));
                if (failed is "write" or "fdatasync" or "syncdir")
                {
                    Assert.Equal(StoreHealth.Failed, run.Store.Health);
                    Assert.True(syncsAfter == 0 || failed != "fdatasync", $"fdatasync was tried again after call {call}");
                    await run.CommitAsync(500);
                    Assert.False(run.Model.Messages[^1].IsAcknowledged, $"accepted after the failure of call {call}");
                }
            }

            files.OnCall = null;
            wrong.AddRange(await CheckAsync(files.AfterCrash(call), run.Model, run.Time));
            wrong = [.. wrong.Select(w => $"error at call {call} ({failed} {failedPath}): {w}")];
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Store_OnAFullDisk_Answers452DeliversAndTakesMailAgain()
    {
        FaultFileSystem files = new() { Capacity = 6 * (64 << 10) };
        CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
        run.Open();
        ModelMessage? refused = null;
        for (int i = 0; i < 200 && refused is null; i++)
        {
            ModelMessage message = await run.CommitAsync(3_500);
            refused = message.IsAcknowledged ? null : message;
        }

        Assert.NotNull(refused);
        Assert.Equal(StoreHealth.Full, run.Store.Health);
        Assert.True(run.Metrics.Value(QueueMetrics.Refused, "full") > 0);

        // Deliveries go on in the reserve, and what they free is used without anybody's help.
        foreach (ModelMessage message in run.Model.Messages.Where(static m => m.IsAcknowledged).ToList())
        {
            await run.SettleAsync(message, static m => new Settlement { Done = [0] }, durable: true);
            Assert.True(message.GoneDurable);
        }

        run.Wait(TimeSpan.FromSeconds(2));
        Assert.Equal(StoreHealth.Open, run.Store.Health);
        ModelMessage taken = await run.CommitAsync(3_500);
        Assert.True(taken.IsAcknowledged);
        Assert.Empty(await run.Model.CheckAsync(run.Store));
        Assert.Empty(await CheckAsync(files.AfterCrash(3), run.Model, run.Time));
    }

    [Fact]
    public async Task Store_FullOfDeferredMailWithHoles_CompactsToTakeMail()
    {
        FaultFileSystem files = new() { Capacity = 7 * (64 << 10) };
        CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
        run.Open();
        for (int i = 0; i < 200 && run.Store.Health == StoreHealth.Open; i++)
        {
            await run.CommitAsync(3_500);
        }

        // Every second message goes: no segment is empty, and half of each is.
        int number = 0;
        foreach (ModelMessage message in run.Model.Messages.Where(static m => m.IsAcknowledged).ToList())
        {
            if (number++ % 2 == 0)
            {
                await run.SettleAsync(message, static m => new Settlement { Done = [0] }, durable: true);
            }
        }

        for (int i = 0; i < 10 && run.Store.Health != StoreHealth.Open; i++)
        {
            run.Wait(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(StoreHealth.Open, run.Store.Health);
        Assert.True((await run.CommitAsync(3_500)).IsAcknowledged);
        Assert.Empty(await run.Model.CheckAsync(run.Store));
        Assert.Empty(await CheckAsync(files.AfterCrash(3), run.Model, run.Time));
    }

    [Fact]
    public async Task Store_WithNoSpaceForTheSecondBodyOfACommit_KeepsWhatTheFirstFileTakesNext()
    {
        FaultFileSystem files = new();
        CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
        run.Open();

        // The roll is over, and with it the making of the next segment, which syncs the folder too.
        await run.CommitAsync(500);
        int bodies = 0;
        files.OnCall = (number, name, path) =>
        {
            if (name == "create" && path.EndsWith(".body", StringComparison.Ordinal) && ++bodies == 2)
            {
                files.FailAt(number, DiskErrors.NoSpace);
            }
        };
        Assert.All(await run.CommitManyAsync(commits: 1, messagesEach: 2, length: 9_000), static message => Assert.False(message.IsAcknowledged));

        // The first file is free now and its name was never made durable.
        ModelMessage message = await run.CommitAsync(9_000);
        Assert.True(message.IsAcknowledged);
        Assert.Equal(2, bodies);
        CrashRun after = new(files.AfterCrash(1, CrashDamage.DropAll), run.Model, run.Time);
        after.Open();
        Assert.Empty(await run.Model.CheckAsync(after.Store));
    }

    [Fact]
    public async Task Store_AfterAFailedSync_GoesOnDelivering()
    {
        FaultFileSystem files = new();
        CrashRun run = new(files, new CrashModel(), CrashRun.NewClock());
        run.Open();
        ModelMessage first = await run.CommitAsync(2_000);
        ModelMessage second = await run.CommitAsync(2_000, recipients: 2);
        files.FailAt(files.Calls + 2, DiskErrors.InputOutput);
        ModelMessage refused = await run.CommitAsync(2_000);

        Assert.False(refused.IsAcknowledged);
        Assert.Equal(StoreHealth.Failed, run.Store.Health);
        await run.SettleAsync(first, static m => new Settlement { Done = [0] });
        await run.SettleAsync(second, m => run.Bounce(m, 0));
        await run.FlushAsync();
        Assert.Null(run.Store.Find(first.Id));
        Assert.Equal(2, run.Store.Find(second.Id)!.RecipientsLeft);
        Assert.Empty(await CheckAsync(files.AfterCrash(1, CrashDamage.DropAll), run.Model, run.Time));
    }

    private static async Task<int> CountCallsAsync()
    {
        CrashRun run = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        await FaultScript.RunAsync(run);
        return run.Files.Calls;
    }

    private static async Task<bool> TryRunAsync(CrashRun run)
    {
        try
        {
            await FaultScript.RunAsync(run);
            return true;
        }
        catch (IOException)
        {
            // The store did not open: the program ends and says why.
            return false;
        }
    }

    private static async Task<List<string>> CheckAsync(FaultFileSystem files, CrashModel model, FakeTimeProvider time)
    {
        FaultFileSystem image = files.AfterCrash(1, CrashDamage.KeepAll);
        CrashRun run = new(image, model, time);
        run.Open();
        return await model.CheckAsync(run.Store);
    }
}
