using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Inspection;
using EdgeSmtp.Queue.Workers;
using EdgeSmtp.Testing.FileSystem;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class LaneTests
{
    private static readonly VerdictNote Virus = new("virus", "clam", "Eicar");

    [Theory]
    [InlineData(MessageLane.Pending)]
    [InlineData(MessageLane.Quarantine)]
    public async Task Commit_IntoALaneThatIsNotDelivery_IsNeverOfferedForDelivery(MessageLane lane)
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1, 2, 3], envelope => envelope with { Lane = lane });
        rig.Time.Advance(TimeSpan.FromDays(30));
        MessageId[] due = new MessageId[4];

        Assert.False(rig.Store.Arrivals.TryRead(out _));
        Assert.Equal(0, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        Assert.Null(rig.Store.NextDue);
        Assert.Null(await rig.Store.OpenAsync(id, CancellationToken.None));
        Assert.Equal(1, rig.Store.TakeDue(lane, rig.Time.GetUtcNow(), due));
        Assert.Equal(id, due[0]);
        Assert.Equal(new LaneTotals(1, 3, rig.Store.Find(id)!.Received), rig.Store.TotalsOf(lane));
        Assert.Equal(lane == MessageLane.Pending ? 1 : 0, rig.Store.Count);
    }

    [Fact]
    public async Task Reopen_AfterACrash_FindsEveryMessageInItsLane()
    {
        StoreRig rig = new();
        MessageId pending = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Pending, Owed = ["spam"] });
        MessageId quarantined = await rig.CommitAsync([2], static envelope => envelope with { Lane = MessageLane.Quarantine, Recipients = [envelope.Recipients[0] with { Verdict = Virus }] });
        MessageId ordinary = await rig.CommitAsync([3]);

        await using StoreRig next = new(rig.Files.AfterCrash(1, CrashDamage.DropAll));
        Assert.Equal(MessageLane.Pending, next.Store.Find(pending)!.Lane);
        Assert.Equal("waits for spam", next.Store.Find(pending)!.LastStatus);
        Assert.Equal(MessageLane.Quarantine, next.Store.Find(quarantined)!.Lane);
        Assert.Equal("virus", next.Store.Find(quarantined)!.LastStatus);
        Assert.Equal(MessageLane.Delivery, next.Store.Find(ordinary)!.Lane);
        Assert.Equal(Virus, (await next.Store.ReadEnvelopeAsync(quarantined, CancellationToken.None))!.Recipients[0].Verdict);
        Assert.Equal(0, next.Metrics.Value(QueueMetrics.ColdReads));
    }

    // What is spread after a crash are attempts to deliver: mail that waits for filters waited long enough, and since when a message is in quarantine is no time to retry.
    [Theory]
    [InlineData(MessageLane.Pending)]
    [InlineData(MessageLane.Quarantine)]
    public async Task Reopen_AfterACrash_KeepsWhenEachWasDue(MessageLane lane)
    {
        StoreRig rig = new();
        MessageId[] ids = new MessageId[20];
        DateTimeOffset due = rig.Time.GetUtcNow().AddMinutes(1);
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = await rig.CommitAsync([1], envelope => envelope with { Lane = lane });
            using QueuedMessage? message = await rig.Store.OpenAsync(lane, ids[i], CancellationToken.None);
            await rig.Store.SettleAsync(message!, new Settlement { NextAttempt = due, Durable = true });
        }

        rig.Time.Advance(TimeSpan.FromHours(1));
        await using MessageStore store = MessageStore.Open(
            rig.Options, rig.Staging, rig.Time, rig.Metrics, NullLogger.Instance, rig.Ids, rig.Files.AfterCrash(1, CrashDamage.DropAll), new ManualPump());
        Assert.All(ids, id => Assert.Equal(due, store.Find(id)!.NextAttempt));
        Assert.Equal(ids.Length, store.TakeDue(lane, rig.Time.GetUtcNow(), new MessageId[ids.Length]));
    }

    [Fact]
    public async Task Settle_IntoAnotherLane_IsDueThereWithNoAttempts()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Pending });
        using (QueuedMessage? message = await rig.Store.OpenAsync(MessageLane.Pending, id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { NextAttempt = rig.Time.GetUtcNow() });
        }

        await rig.Store.FlushAsync();
        Assert.Equal(1, rig.Store.Find(id)!.Attempts);
        using (QueuedMessage? message = await rig.Store.OpenAsync(MessageLane.Pending, id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { Lane = MessageLane.Delivery, NextAttempt = rig.Time.GetUtcNow(), Durable = true });
        }

        Assert.Equal(default, rig.Store.TotalsOf(MessageLane.Pending));
        Assert.Equal(0, rig.Store.Find(id)!.Attempts);
        MessageId[] due = new MessageId[4];
        Assert.Equal(1, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        using QueuedMessage? delivered = await rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.NotNull(delivered);
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(500_000, 20)]
    [InlineData(20, 500_000)]
    [InlineData(500_000, 500_001)]
    public async Task Replace_ByADifferentContent_KeepsTheIdAndFreesWhatWas(int before, int after)
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync(new byte[before], static envelope => envelope with { Lane = MessageLane.Pending });
        byte[] content = new byte[after];
        content.AsSpan().Fill(7);
        await ReplaceAsync(rig, MessageLane.Pending, id, new Submission(id, rig.NewEnvelope(), new ReadOnlySequence<byte>(content)));

        Assert.Equal(after, rig.Store.Find(id)!.SizeBytes);
        Assert.Equal(1, rig.Store.Count);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            Assert.Equal(content, message!.Content.ToArray());
            await rig.Store.SettleAsync(message, new Settlement { Done = [0], Durable = true });
        }

        Assert.Equal(0, rig.Store.Count);
        Assert.Equal(0, rig.Staging.Budget.BytesUsed);
        _ = await rig.CommitAsync([1]);
        Assert.Single(rig.Store.List());
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.Bodies));
    }

    [Fact]
    public async Task Replace_ByTwoMessages_IsOneStep()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Pending }, recipients: 2);
        Submission held = rig.NewReport("held") with { Envelope = rig.NewEnvelope() with { Lane = MessageLane.Quarantine } };
        double syncs = rig.Metrics.Value(QueueMetrics.Syncs, "journal");
        await ReplaceAsync(rig, MessageLane.Pending, id, new Submission(id, rig.NewEnvelope(), new ReadOnlySequence<byte>([9])), held);

        Assert.Equal(syncs + 1, rig.Metrics.Value(QueueMetrics.Syncs, "journal"));
        Assert.Equal(MessageLane.Delivery, rig.Store.Find(id)!.Lane);
        Assert.Equal(MessageLane.Quarantine, rig.Store.Find(held.Id)!.Lane);
    }

    [Fact]
    public async Task Replace_WithoutSpace_LeavesTheMessageAsItWas()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1, 2, 3], static envelope => envelope with { Lane = MessageLane.Pending });
        rig.Files.Capacity -= rig.Files.AvailableBytes("/queue");
        using (QueuedMessage? message = await rig.Store.OpenAsync(MessageLane.Pending, id, CancellationToken.None))
        {
            Replacement large = new() { Messages = [new Submission(id, rig.NewEnvelope(), new ReadOnlySequence<byte>(new byte[2 << 20]))] };
            Assert.Equal(CommitResult.Full, await rig.Store.ReplaceAsync(message!, large, null));

            // It may still be settled, and that needs no space.
            await rig.Store.SettleAsync(message!, new Settlement { NextAttempt = rig.Time.GetUtcNow().AddMinutes(1) });
        }

        await rig.Store.FlushAsync();
        Assert.Equal((MessageLane.Pending, 3L, 1), (rig.Store.Find(id)!.Lane, rig.Store.Find(id)!.SizeBytes, rig.Store.Find(id)!.Attempts));
    }

    [Fact]
    public async Task Replace_OfSomeRecipients_LeavesTheRestWhereItIs()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Quarantine }, recipients: 3);
        Submission released = rig.NewReport("released");
        using (QueuedMessage? message = await rig.Store.OpenAsync(MessageLane.Quarantine, id, CancellationToken.None))
        {
            Assert.Equal(CommitResult.Committed, await rig.Store.ReplaceAsync(message!, new Replacement { Done = [0, 2], Messages = [released] }, null));
        }

        Assert.Equal(1, rig.Store.Find(id)!.RecipientsLeft);
        Assert.Equal(MessageLane.Quarantine, rig.Store.Find(id)!.Lane);
        Assert.Equal(MessageLane.Delivery, rig.Store.Find(released.Id)!.Lane);
        using (QueuedMessage? message = await rig.Store.OpenAsync(MessageLane.Quarantine, id, CancellationToken.None))
        {
            Assert.Equal(CommitResult.Committed, await rig.Store.ReplaceAsync(message!, new Replacement { Done = [1] }, null));
        }

        Assert.Null(rig.Store.Find(id));
    }

    [Theory]
    [InlineData(OperatorAction.Release)]
    [InlineData(OperatorAction.Hold)]
    [InlineData(OperatorAction.Retry)]
    public async Task Apply_InQuarantine_OnlyRemoves(OperatorAction action)
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Quarantine });
        Assert.False(await rig.Store.ApplyAsync(id, action));
        Assert.Equal(MessageLane.Quarantine, rig.Store.Find(id)!.Lane);
        Assert.True(await rig.Store.ApplyAsync(id, OperatorAction.Remove));
        Assert.Null(rig.Store.Find(id));
    }

    [Fact]
    public async Task Apply_HoldAndReleaseOfAPendingMessage_StaysPending()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Pending });
        MessageId[] due = new MessageId[1];
        Assert.True(await rig.Store.ApplyAsync(id, OperatorAction.Hold));
        Assert.Equal(0, rig.Store.TakeDue(MessageLane.Pending, rig.Time.GetUtcNow(), due));
        Assert.True(await rig.Store.ApplyAsync(id, OperatorAction.Release));
        Assert.Equal(1, rig.Store.TakeDue(MessageLane.Pending, rig.Time.GetUtcNow(), due));
        Assert.Null(await rig.Store.OpenAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task TakeDue_OfTheQuarantine_GivesThoseThatCameFirst()
    {
        await using StoreRig rig = new();
        List<MessageId> ids = [];
        for (int i = 0; i < 3; i++)
        {
            // The last to be received is the first to be quarantined.
            DateTimeOffset since = rig.Time.GetUtcNow().AddHours(3 - i);
            ids.Add(await rig.CommitAsync([1], envelope => envelope with { Lane = MessageLane.Quarantine, Since = since }));
        }

        MessageId[] due = new MessageId[2];
        Assert.Equal(0, rig.Store.TakeDue(MessageLane.Quarantine, rig.Time.GetUtcNow(), due));
        Assert.Equal(2, rig.Store.TakeDue(MessageLane.Quarantine, rig.Time.GetUtcNow().AddHours(9), due));
        Assert.Equal([ids[2], ids[1]], due);
    }

    [Fact]
    public async Task ReadEnvelope_LongerThanTheFirstRead_IsWhole()
    {
        StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], static envelope => envelope with { Lane = MessageLane.Quarantine }, recipients: 500);
        Assert.Equal(500, (await rig.Store.ReadEnvelopeAsync(id, CancellationToken.None))!.Recipients.Count);
        Assert.Null(await rig.Store.ReadEnvelopeAsync(rig.Ids.Next(), CancellationToken.None));
        await rig.DisposeAsync();
        QueueReader reader = QueueReader.Open("/queue", rig.Files);
        Assert.Equal(500, reader.ReadEnvelope(id)!.Recipients.Count);
    }

    private static async Task ReplaceAsync(StoreRig rig, MessageLane lane, MessageId id, params Submission[] by)
    {
        using QueuedMessage? message = await rig.Store.OpenAsync(lane, id, CancellationToken.None);
        Assert.Equal(CommitResult.Committed, await rig.Store.ReplaceAsync(message!, new Replacement { Messages = by }, null));
    }
}
