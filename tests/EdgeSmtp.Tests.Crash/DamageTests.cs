using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Journal;
using EdgeSmtp.Queue.Reading;
using EdgeSmtp.Testing.FileSystem;
using Xunit;

namespace EdgeSmtp.Tests.Crash;

/// <summary>Bit rot: what is damaged is set aside and reported, what is not is kept.</summary>
public sealed class DamageTests
{
    private const string Directory = "/queue";

    [Fact]
    public async Task Recovery_DamagedFrameInTheMiddle_IsQuarantinedAndTheRestKept()
    {
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(6);
        (string path, int offset) = FrameOf(run.Files, 3);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, offset + 8);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Null(next.Store.Find(messages[2].Id));
        Assert.Equal(5, next.Store.Count);
        Assert.Single(next.Store.Recovery.Damaged);
        Assert.Equal(1, next.Metrics.Value(QueueMetrics.Quarantined));
        Assert.Contains(files.List(Directory), static name => name.EndsWith(".bad", StringComparison.Ordinal));
        await AssertWholeAsync(next, messages.Where((_, i) => i != 2));
    }

    [Fact]
    public async Task Recovery_DamagedContentInTheMiddle_LosesOnlyThatRecord()
    {
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(6);
        (string path, int offset) = FrameOf(run.Files, 4);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, offset + FrameHeader.Size + 600);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Null(next.Store.Find(messages[3].Id));
        Assert.Single(next.Store.Recovery.Damaged);
        await AssertWholeAsync(next, messages.Where((_, i) => i != 3));
    }

    [Fact]
    public async Task Recovery_DamagedLastFrame_IsTakenForTorn()
    {
        // Nothing was written after it, so nothing proves that it was acknowledged: this is what a torn tail looks like.
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(3);
        (string path, int offset) = FrameOf(run.Files, 3);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, offset + 8);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Empty(next.Store.Recovery.Damaged);
        await AssertWholeAsync(next, messages.Take(2));
        ModelMessage added = await next.CommitAsync(700);

        // The torn range lies between acknowledged frames now, and is still not reported.
        CrashRun last = await ReopenAsync(files.AfterCrash(2, CrashDamage.DropAll), next);
        Assert.Empty(last.Store.Recovery.Damaged);
        Assert.Empty(last.Store.Recovery.Missing);
        await AssertWholeAsync(last, [.. messages.Take(2), added]);
    }

    [Fact]
    public async Task Recovery_DamagedFirstHeaderCopy_UsesTheSecond()
    {
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(4);
        (string path, _) = FrameOf(run.Files, 1);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, 24);

        CrashRun next = await ReopenAsync(files, run);
        await AssertWholeAsync(next, messages);
    }

    [Fact]
    public async Task Recovery_BothHeaderCopiesDamaged_SetsTheSegmentAsideAndSaysSo()
    {
        (CrashRun run, _) = await FillAsync(4);
        (string path, _) = FrameOf(run.Files, 1);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, 24);
        files.Rot(path, Layout.SecondHeaderOffset + 24);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Single(next.Store.Recovery.DamagedHeaders);
        Assert.DoesNotContain(files.List(Directory), name => Path.Combine(Directory, name) == path);
        Assert.True((await next.CommitAsync(500)).IsAcknowledged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Recovery_DamagedSnapshots_WalksMoreAndLosesNothing(int which)
    {
        CrashRun run = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        await CrashScript.RunAsync(run);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        for (int i = 0; i < 2; i++)
        {
            if (which == i || which == 2)
            {
                files.Rot($"{Directory}/index.{i}", 600);
            }
        }

        CrashRun next = await ReopenAsync(files, run);
        foreach (ModelMessage message in run.Model.Messages.Where(static m => m.IsAcknowledged && !m.GoneAsked))
        {
            Assert.NotNull(next.Store.Find(message.Id));
        }

        Assert.Equal(which == 2, next.Store.Recovery.SnapshotsDamaged);
    }

    [Fact]
    public async Task Open_ContentDamagedAfterCommit_HoldsTheMessageAndCountsIt()
    {
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(3);
        await run.CloseAsync();
        (string path, int offset) = FrameOf(run.Files, 2);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, offset + FrameHeader.Size + 600);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Null(await next.Store.OpenAsync(messages[1].Id, CancellationToken.None));
        await next.Store.FlushAsync();
        MessageSummary summary = next.Store.Find(messages[1].Id)!;
        Assert.True(summary.Held);
        Assert.Equal(ColdReader.DamagedStatus, summary.LastStatus);
        Assert.Equal(1, next.Metrics.Value(QueueMetrics.Damaged));
    }

    [Fact]
    public async Task Open_BodyFileDamaged_HoldsTheMessage()
    {
        CrashRun run = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        run.Open();
        ModelMessage large = await run.CommitAsync(30_000);
        await run.CloseAsync();
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot($"{Directory}/00000001.body", 20_000);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Null(await next.Store.OpenAsync(large.Id, CancellationToken.None));
        await next.Store.FlushAsync();
        Assert.True(next.Store.Find(large.Id)!.Held);
    }

    [Fact]
    public async Task Open_SegmentUnreadable_HoldsTheMessageInsteadOfFailing()
    {
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(2);
        await run.CloseAsync();
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        CrashRun next = await ReopenAsync(files, run);
        files.MakeUnreadable(FrameOf(files, 1).Path);
        Assert.Null(await next.Store.OpenAsync(messages[0].Id, CancellationToken.None));
        await next.Store.FlushAsync();
        Assert.True(next.Store.Find(messages[0].Id)!.Held);
    }

    [Fact]
    public async Task Recovery_ContentThatLooksLikeAFrame_IsNotOne()
    {
        // A mail that carries the bytes of the frame before it: when that range is skipped it must not be replayed from inside the content.
        (CrashRun run, List<ModelMessage> messages) = await FillAsync(2);
        (string path, int offset) = FrameOf(run.Files, 2);
        byte[] segment = run.Files.ReadAll(path);
        int length = BitConverter.ToInt32(segment, offset + 4);
        byte[] forged = segment.AsSpan(offset, length).ToArray();
        BitConverter.TryWriteBytes(forged.AsSpan(8), BitConverter.ToUInt64(forged, 8) + 9);
        ModelMessage carrier = await run.CommitContentAsync(forged);
        await run.CommitAsync(100);
        (_, int carrierOffset) = FrameOf(run.Files, 3);
        FaultFileSystem files = run.Files.AfterCrash(1, CrashDamage.KeepAll);
        files.Rot(path, carrierOffset + 8);

        CrashRun next = await ReopenAsync(files, run);
        Assert.Null(next.Store.Find(carrier.Id));
        Assert.Equal(3, next.Store.Count);
        await AssertWholeAsync(next, messages);
    }

    private static async Task<(CrashRun Run, List<ModelMessage> Messages)> FillAsync(int count)
    {
        CrashRun run = new(new FaultFileSystem(), new CrashModel(), CrashRun.NewClock());
        run.Open();
        List<ModelMessage> messages = [];
        for (int i = 0; i < count; i++)
        {
            messages.Add(await run.CommitAsync(1_500));
        }

        return (run, messages);
    }

    private static Task<CrashRun> ReopenAsync(FaultFileSystem files, CrashRun before)
    {
        CrashRun run = new(files, before.Model, before.Time, seed: 99);
        run.Open();
        return Task.FromResult(run);
    }

    private static async Task AssertWholeAsync(CrashRun run, IEnumerable<ModelMessage> messages)
    {
        foreach (ModelMessage message in messages)
        {
            using QueuedMessage? stored = await run.Store.PeekAsync(message.Id, CancellationToken.None);
            Assert.NotNull(stored);
            Assert.Equal(message.Content, System.Buffers.BuffersExtensions.ToArray(stored.Content));
        }
    }

    /// <summary>Finds a frame by its LSN.</summary>
    private static (string Path, int Offset) FrameOf(FaultFileSystem files, ulong lsn)
    {
        foreach (string name in files.List(Directory).Where(static name => name.EndsWith(".seg", StringComparison.Ordinal)))
        {
            string path = $"{Directory}/{name}";
            byte[] data = files.ReadAll(path);
            if (!SegmentHeader.TryRead(data, out SegmentHeader header))
            {
                continue;
            }

            for (int offset = Layout.FramesOffset; FrameHeader.TryRead(data.AsSpan(offset), header.Epoch, header.Nonce, out FrameHeader frame); offset += frame.Length)
            {
                if (frame.Lsn == lsn)
                {
                    return (path, offset);
                }
            }
        }

        throw new InvalidOperationException($"No frame {lsn}.");
    }
}
