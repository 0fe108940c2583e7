using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Inspection;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class MessageStoreTests
{
    [Fact]
    public async Task Commit_ThenDeliverAtOnce_ReadsNothingBack()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync("hello"u8.ToArray());
        Assert.True(rig.Store.Arrivals.TryRead(out MessageId arrived));
        Assert.Equal(id, arrived);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            Assert.Equal("hello"u8.ToArray(), message!.Content.ToArray());
            Assert.Equal("r0@example.net", message.Envelope.Recipients[0].ForwardPath.ToString());
            await rig.Store.SettleAsync(message, new Settlement { Done = [0] });
        }

        await rig.Store.FlushAsync();
        Assert.Equal(0, rig.Store.Count);
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.ColdReads));
        Assert.Equal(0, rig.Staging.Budget.BytesUsed);
    }

    [Fact]
    public async Task Commit_AllOfAGroup_AreThereAfterReopening()
    {
        StoreRig rig = new();
        Submission[] group = [rig.NewReport("one"), rig.NewReport("two"), rig.NewReport("three")];
        Assert.Equal(CommitResult.Committed, await rig.Store.CommitAsync(group, null));
        await rig.DisposeAsync();

        await using StoreRig next = new(after: rig);
        Assert.True(next.Store.Recovery.IsClean);
        Assert.Equal(group.Select(static g => g.Id), next.Store.List().Select(static m => m.Id));
        using QueuedMessage? second = await next.Store.OpenAsync(group[1].Id, CancellationToken.None);
        Assert.Equal("two"u8.ToArray(), second!.Content.ToArray());
        Assert.Equal(1, next.Metrics.Value(QueueMetrics.ColdReads));
    }

    [Fact]
    public async Task Arrivals_Full_LeavesTheRestToTakeDue()
    {
        QueueOptions options = StoreRig.DefaultOptions();
        options.ArrivalsMax = 2;
        await using StoreRig rig = new(options);
        List<MessageId> ids = [];
        for (int i = 0; i < 5; i++)
        {
            ids.Add(await rig.CommitAsync([1]));
        }

        MessageId[] due = new MessageId[10];
        Assert.Equal(3, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        Assert.Equal(ids.Skip(2), due.Take(3));
        Assert.Equal(0, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        Assert.True(rig.Store.Arrivals.TryRead(out MessageId first));
        Assert.Equal(ids[0], first);
    }

    [Fact]
    public async Task Settle_Deferred_ComesBackWhenDueWithOneAttemptMore()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1, 2, 3], recipients: 3);
        DateTimeOffset due = rig.Time.GetUtcNow().AddMinutes(7);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { Done = [1] });
            Assert.True(message!.IsDone(1));
            await rig.Store.SettleAsync(message, new Settlement { NextAttempt = due, LastStatus = "451 4.7.1 later" });
        }

        await rig.Store.FlushAsync();
        MessageId[] found = new MessageId[4];
        Assert.Equal(0, rig.Store.TakeDue(due.AddMilliseconds(-1), found));
        Assert.Equal(due, rig.Store.NextDue);
        MessageSummary summary = rig.Store.Find(id)!;
        Assert.Equal((1, 2, "451 4.7.1 later", false), (summary.Attempts, summary.RecipientsLeft, summary.LastStatus, summary.InAttempt));
        Assert.Equal(1, rig.Store.TakeDue(due, found));
        using QueuedMessage? again = await rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.Equal(1, again!.Attempts);
        Assert.True(again.IsDone(1));
        Assert.False(again.IsDone(0));
    }

    [Fact]
    public async Task Settle_WhenNobodyWasTried_ComesBackWithAsManyAttempts()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1]);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { NextAttempt = rig.Time.GetUtcNow(), CountsAsAttempt = false });
        }

        await rig.Store.FlushAsync();
        Assert.Equal(0, rig.Store.Find(id)!.Attempts);
        Assert.Equal(1, rig.Store.TakeDue(rig.Time.GetUtcNow(), new MessageId[1]));
    }

    [Fact]
    public async Task Open_WhileInAttempt_GivesNothing()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1]);
        using QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.NotNull(message);
        Assert.Null(await rig.Store.OpenAsync(id, CancellationToken.None));
        Assert.True(rig.Store.Find(id)!.InAttempt);
        Assert.False(await rig.Store.ApplyAsync(id, OperatorAction.Remove));
        using QueuedMessage? peek = await rig.Store.PeekAsync(id, CancellationToken.None);
        Assert.NotNull(peek);
    }

    [Fact]
    public async Task Dispose_WithoutFinalSettlement_PutsItBackDueAtOnce()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1], recipients: 2);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { Done = [0] });
        }

        MessageId[] due = new MessageId[2];
        Assert.Equal(1, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        await rig.Store.FlushAsync();
        using QueuedMessage? again = await rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.Equal((0, true), (again!.Attempts, again.IsDone(0)));
    }

    [Fact]
    public async Task Settle_AfterTheFinalOne_IsABug()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1]);
        using QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None);
        await rig.Store.SettleAsync(message!, new Settlement { Done = [0] });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await rig.Store.SettleAsync(message!, new Settlement { Done = [0] }));
        using QueuedMessage? peek = await rig.Store.PeekAsync(id, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await rig.Store.SettleAsync(peek!, new Settlement()));
    }

    [Fact]
    public async Task Settle_WithReport_QueuesItInTheSameFrame()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1]);
        Submission report = rig.NewReport(new string('r', 400_000));
        rig.Store.Arrivals.TryRead(out _);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { Done = [0], Reports = [report], Durable = true });
        }

        Assert.Null(rig.Store.Find(id));
        Assert.Equal(400_000, rig.Store.Find(report.Id)!.SizeBytes);
        Assert.True(rig.Store.Arrivals.TryRead(out MessageId arrived));
        Assert.Equal(report.Id, arrived);
    }

    [Fact]
    public async Task Apply_HoldAndRelease_SurviveRestart()
    {
        StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1]);
        MessageId held = await rig.CommitAsync([2], flags: EnvelopeFlags.Held);
        Assert.True(await rig.Store.ApplyAsync(id, OperatorAction.Hold));
        Assert.Null(await rig.Store.OpenAsync(id, CancellationToken.None));
        await rig.DisposeAsync();

        StoreRig next = new(after: rig);
        Assert.All([id, held], i => Assert.True(next.Store.Find(i)!.Held));
        Assert.Null(next.Store.NextDue);
        Assert.True(await next.Store.ApplyAsync(held, OperatorAction.Release));
        Assert.True(await next.Store.ApplyAsync(id, OperatorAction.Remove));
        Assert.False(await next.Store.ApplyAsync(id, OperatorAction.Retry));
        await next.DisposeAsync();

        await using StoreRig last = new(after: next);
        Assert.Equal(1, last.Store.Count);
        using QueuedMessage? message = await last.Store.OpenAsync(held, CancellationToken.None);
        Assert.NotNull(message);
    }

    [Fact]
    public async Task Apply_Retry_MakesADeferredMessageDue()
    {
        await using StoreRig rig = new();
        MessageId id = await rig.CommitAsync([1]);
        using (QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None))
        {
            await rig.Store.SettleAsync(message!, new Settlement { NextAttempt = rig.Time.GetUtcNow().AddHours(3), Durable = true });
        }

        MessageId[] due = new MessageId[1];
        Assert.Equal(0, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
        Assert.True(await rig.Store.ApplyAsync(id, OperatorAction.Retry));
        Assert.Equal(1, rig.Store.TakeDue(rig.Time.GetUtcNow(), due));
    }

    [Fact]
    public async Task Hot_AboveItsBound_DropsTheOldestAndReadsThemCold()
    {
        QueueOptions options = StoreRig.DefaultOptions();
        options.HotBytesMax = 64 << 10;
        await using StoreRig rig = new(options);
        List<MessageId> ids = [];
        for (int i = 0; i < 40; i++)
        {
            ids.Add(await rig.CommitAsync(new byte[4096]));
        }

        Assert.True(rig.Metrics.Value(QueueMetrics.HotBytes) <= 64 << 10);
        Assert.Equal(rig.Metrics.Value(QueueMetrics.HotBytes), rig.Staging.Budget.BytesUsed);
        using QueuedMessage? newest = await rig.Store.OpenAsync(ids[^1], CancellationToken.None);
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.ColdReads));
        using QueuedMessage? oldest = await rig.Store.OpenAsync(ids[0], CancellationToken.None);
        Assert.Equal(1, rig.Metrics.Value(QueueMetrics.ColdReads));
        Assert.Equal(4096, oldest!.Content.Length);
    }

    [Fact]
    public async Task Hot_WhenNewMailNeedsTheBudget_GivesWayExceptForOpenMessages()
    {
        await using StoreRig rig = new(stagingBytes: 1 << 20);
        MessageId open = await rig.CommitAsync(new byte[200_000]);
        MessageId idle = await rig.CommitAsync(new byte[400_000]);
        using QueuedMessage? message = await rig.Store.OpenAsync(open, CancellationToken.None);

        using StagedMessage? next = rig.Staging.TryBegin(700_000);
        Assert.NotNull(next);
        Assert.True(next.TryAppend(new byte[700_000]));
        Assert.Equal(200_000, message!.Content.ToArray().Length);
        Assert.Null(rig.Staging.TryBegin(700_000));
        using QueuedMessage? cold = await rig.Store.OpenAsync(idle, CancellationToken.None);
        Assert.Equal(1, rig.Metrics.Value(QueueMetrics.ColdReads));
    }

    [Fact]
    public async Task LargeBody_AfterDelivery_LeavesItsFileForTheNext()
    {
        QueueOptions options = StoreRig.DefaultOptions();
        options.HotBytesMax = 0;
        await using StoreRig rig = new(options);
        byte[] first = new byte[900_000];
        Random.Shared.NextBytes(first);
        MessageId id = await rig.CommitAsync(first);
        using QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.Equal(first, message!.Content.ToArray());
        await rig.Store.SettleAsync(message, new Settlement { Done = [0], Durable = true });

        // The file is still read, so the next body goes elsewhere; after that it is free.
        await rig.CommitAsync(new byte[800_000]);
        Assert.Equal(2, BodiesOf(rig));
        Assert.Equal(first, message.Content.ToArray());
        message.Dispose();
        await rig.CommitAsync(new byte[700_000]);
        Assert.Equal(2, BodiesOf(rig));
        Assert.Equal(2, rig.Metrics.Value(QueueMetrics.Bodies));
    }

    [Fact]
    public async Task Open_SecondProcess_IsKeptOut()
    {
        await using StoreRig rig = new();
        Assert.Throws<IOException>(() => new StoreRig(after: rig));
    }

    [Fact]
    public async Task Ids_AfterReopeningWithAClockSetBack_AreNew()
    {
        StoreRig rig = new();
        rig.Time.Advance(TimeSpan.FromDays(1));
        MessageId late = await rig.CommitAsync([1]);
        await rig.DisposeAsync();
        MessageIdGenerator ids = new(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        EdgeSmtp.Queue.Workers.ManualPump pump = new();
        await using MessageStore store = MessageStore.Open(
            rig.Options, rig.Staging, rig.Time, rig.Metrics, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, ids, rig.Files, pump);
        Assert.True(ids.Next() > late);
    }

    [Fact]
    public async Task Open_AfterACrash_SpreadsOverdueRetriesOnly()
    {
        StoreRig rig = new();
        List<MessageId> deferred = [];
        for (int i = 0; i < 50; i++)
        {
            MessageId id = await rig.CommitAsync([1]);
            using QueuedMessage? message = await rig.Store.OpenAsync(id, CancellationToken.None);
            await rig.Store.SettleAsync(message!, new Settlement { NextAttempt = rig.Time.GetUtcNow().AddMinutes(1), Durable = true });
            deferred.Add(id);
        }

        MessageId fresh = await rig.CommitAsync([1]);
        rig.Time.Advance(TimeSpan.FromHours(1));
        EdgeSmtp.Testing.FileSystem.FaultFileSystem image = rig.Files.AfterCrash(1);
        EdgeSmtp.Queue.Workers.ManualPump pump = new();
        await using MessageStore store = MessageStore.Open(
            rig.Options, rig.Staging, rig.Time, rig.Metrics, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, rig.Ids, image, pump);
        MessageId[] due = new MessageId[100];
        int now = store.TakeDue(rig.Time.GetUtcNow(), due);
        Assert.Contains(fresh, due.Take(now));
        Assert.True(now < 20, $"{now} at once");
        Assert.Equal(51 - now, store.TakeDue(rig.Time.GetUtcNow() + rig.Options.CrashSpread, due));
    }

    [Fact]
    public async Task Commit_AfterClose_IsRefusedAndGivesTheBudgetBack()
    {
        StoreRig rig = new();
        await rig.DisposeAsync();
        Assert.Equal(StoreHealth.Closed, rig.Store.Health);
        Assert.Equal(default, await rig.CommitAsync(new byte[5000]));
        Assert.Equal(0, rig.Staging.Budget.BytesUsed);
        Assert.Equal(1, rig.Metrics.Value(QueueMetrics.Refused, "failed"));
    }

    [Fact]
    public async Task Commit_NonsenseArguments_ThrowsAndGivesTheBudgetBack()
    {
        await using StoreRig rig = new();
        StagedMessage staged = rig.Staging.TryBegin(0)!;
        staged.Seal();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await rig.Store.CommitAsync([], staged));
        Assert.Equal(0, rig.Staging.Budget.BytesUsed);
        Submission nobody = rig.NewReport() with { Envelope = rig.NewEnvelope(recipients: 0) };
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Store.CommitAsync([nobody], null));
    }

    [Fact]
    public async Task Metrics_OfTheQueue_FollowIt()
    {
        await using StoreRig rig = new();
        await rig.CommitAsync(new byte[100]);
        rig.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(1, rig.Metrics.Value(QueueMetrics.Messages));
        Assert.Equal(90, rig.Metrics.Value(QueueMetrics.OldestAge));
        Assert.Equal(1, rig.Metrics.Value(QueueMetrics.Commits));
        Assert.Equal(1, rig.Metrics.Value(QueueMetrics.Syncs, "journal"));
        Assert.Equal(2, rig.Metrics.Value(QueueMetrics.Segments, "free"));
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.Health));
    }

    [Fact]
    public async Task Metrics_OfHeldMessages_LeaveTheAgesToThoseThatWait()
    {
        await using StoreRig rig = new();
        MessageId held = await rig.CommitAsync([1]);
        rig.Time.Advance(TimeSpan.FromDays(1));
        _ = await rig.CommitAsync([2]);
        rig.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.Held));
        Assert.Equal(86_490, rig.Metrics.Value(QueueMetrics.OldestAge));

        Assert.True(await rig.Store.ApplyAsync(held, OperatorAction.Hold));
        Assert.Equal((1.0, 2.0), (rig.Metrics.Value(QueueMetrics.Held), rig.Metrics.Value(QueueMetrics.Messages)));
        Assert.Equal(90, rig.Metrics.Value(QueueMetrics.OldestAge));
        Assert.Equal(90, rig.Metrics.Value(QueueMetrics.Age, "0.99"));

        await using (StoreRig next = new(rig.Files.AfterCrash(1)))
        {
            Assert.Equal(1, next.Metrics.Value(QueueMetrics.Held));
            Assert.Equal(2, next.Store.TotalsOf(MessageLane.Delivery).Messages);
        }

        Assert.True(await rig.Store.ApplyAsync(held, OperatorAction.Release));
        Assert.Equal(0, rig.Metrics.Value(QueueMetrics.Held));
        Assert.True(await rig.Store.ApplyAsync(held, OperatorAction.Hold));
        Assert.True(await rig.Store.ApplyAsync(held, OperatorAction.Remove));
        Assert.Equal((0.0, 1.0), (rig.Metrics.Value(QueueMetrics.Held), rig.Metrics.Value(QueueMetrics.Messages)));
    }

    [Fact]
    public async Task Reader_OfAStoppedQueue_ListsAndShows()
    {
        StoreRig rig = new();
        MessageId id = await rig.CommitAsync("stopped"u8.ToArray());
        Assert.Throws<IOException>(() => QueueReader.Open(rig.Options.Directory, rig.Files));
        await rig.DisposeAsync();
        int calls = rig.Files.Calls;
        QueueReader reader = QueueReader.Open(rig.Options.Directory, rig.Files);
        Assert.Equal(id, Assert.Single(reader.List()).Id);
        using QueuedMessage? message = reader.Read(id);
        Assert.Equal("stopped"u8.ToArray(), message!.Content.ToArray());
        Assert.Null(reader.Read(new MessageId(1)));
        Assert.Equal(calls, rig.Files.Calls);
    }

    private static int BodiesOf(StoreRig rig) => rig.Files.List("/queue").Count(static name => name.EndsWith(".body", StringComparison.Ordinal));
}
