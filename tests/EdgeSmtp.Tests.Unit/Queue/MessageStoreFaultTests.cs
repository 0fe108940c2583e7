using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Testing.FileSystem;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

/// <summary>What passes, a change of the settings included, must leave no trace.</summary>
public sealed class MessageStoreFaultTests
{
    private const int TooManyOpenFiles = 24;

    [Fact]
    public async Task Open_WhileDescriptorsLack_WaitsAndIsNotDamaged()
    {
        QueueOptions options = StoreRig.DefaultOptions();
        options.InlineBytesMax = 4 << 10;
        options.HotBytesMax = 0;
        await using StoreRig rig = new(options);
        byte[] content = new byte[9_000];
        content.AsSpan().Fill(7);
        MessageId id = await rig.CommitAsync(content);
        string body = rig.Files.List("/queue").Single(static name => name.EndsWith(".body", StringComparison.Ordinal));
        rig.Files.MakeUnreadable("/queue/" + body, TooManyOpenFiles);
        await Assert.ThrowsAsync<IOException>(async () => await rig.Store.OpenAsync(id, CancellationToken.None));
        MessageSummary summary = rig.Store.Find(id)!;
        Assert.Equal((false, false), (summary.Held, summary.InAttempt));
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.Damaged));

        // Not at once, which would only take what others lack.
        MessageId[] due = new MessageId[1];
        Assert.Equal(0, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        rig.Files.MakeReadable("/queue/" + body);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        using QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.Equal(content, message!.Content.ToArray());
    }

    [Fact]
    public async Task SegmentBytes_MadeSmallerThanARecord_LeavesTheRecordWhereItIs()
    {
        byte[] large = new byte[200 << 10];
        StoreRig rig = new();
        MessageId id = await rig.CommitAsync(large);
        await rig.DisposeAsync();

        QueueOptions smaller = StoreRig.DefaultOptions();
        smaller.SegmentBytes = 128 << 10;
        smaller.InlineBytesMax = 32 << 10;
        await using StoreRig next = new(smaller, after: rig);
        MessageId small = await next.CommitAsync(new byte[1_000]);
        next.Time.Advance(TimeSpan.FromMinutes(6));
        next.Pump.Run();
        next.Time.Advance(TimeSpan.FromMinutes(6));
        next.Pump.Run();
        Assert.Equal(StoreHealth.Open, next.Store.Health);
        Assert.NotEqual(default, small);
        Assert.NotEqual(default, await next.CommitAsync(new byte[1_000]));
        using QueuedMessage? message = await next.Store.OpenAsync(id, CancellationToken.None);
        Assert.Equal(large, message!.Content.ToArray());
    }

    [Fact]
    public async Task Settle_BehindOneThatFoundNoSpace_IsNotWrittenBeforeIt()
    {
        QueueOptions options = StoreRig.DefaultOptions();
        options.Commit.BatchBytesMax = 4 << 10;
        await using StoreRig rig = new(options);
        MessageId id = await rig.CommitAsync([1], recipients: 3);
        using QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None);
        rig.Pump.IsPaused = true;
        await rig.Store.SettleAsync(message!, new Settlement { Done = [0] });

        // The report does not fit into the batch of the first settlement, which is therefore written, and finds no space, while the second is on its way.
        Submission report = rig.NewReport(new string('r', 5_000));
        await rig.Store.SettleAsync(message!, new Settlement { Done = [1], Reports = [report], NextAttempt = rig.Time.GetUtcNow().AddMinutes(7) });
        Task flush = rig.Store.FlushAsync().AsTask();
        rig.Files.FailAt(rig.Files.Calls + 1, DiskErrors.NoSpace);
        rig.Pump.IsPaused = false;
        rig.Pump.Run();
        await Assert.ThrowsAsync<IOException>(() => flush);

        rig.Time.Advance(TimeSpan.FromSeconds(2));
        rig.Pump.Run();
        await rig.Store.FlushAsync();
        Assert.Equal((1, 1), (rig.Store.Find(id)!.Attempts, rig.Store.Find(id)!.RecipientsLeft));
        StoreRig after = new(rig.Files.AfterCrash(1, CrashDamage.DropAll));
        Assert.Equal((1, 1), (after.Store.Find(id)!.Attempts, after.Store.Find(id)!.RecipientsLeft));
        Assert.NotNull(after.Store.Find(report.Id));
    }
}
