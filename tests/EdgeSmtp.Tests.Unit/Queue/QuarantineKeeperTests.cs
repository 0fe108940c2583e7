using System.Buffers;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Quarantine;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class QuarantineKeeperTests : IAsyncLifetime
{
    private readonly StoreRig _rig = new();
    private EventRecorder _events = null!;
    private int _wakes;

    public ValueTask InitializeAsync()
    {
        _events = new EventRecorder(_rig.Time);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Sweep_ByAge_DeletesWhatIsOlderAndNothingElse()
    {
        using QuarantineKeeper keeper = New(new QuarantineOptions { AgeMax = TimeSpan.FromHours(2) });
        MessageId old = await QuarantineAsync();
        MessageId ordinary = await _rig.CommitAsync([1]);
        _rig.Time.Advance(TimeSpan.FromHours(1));
        MessageId young = await QuarantineAsync();
        _rig.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        await keeper.SweepAsync();
        Assert.NotNull(_rig.Store.Find(old));

        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        await keeper.SweepAsync();
        Assert.Null(_rig.Store.Find(old));
        Assert.NotNull(_rig.Store.Find(young));
        Assert.NotNull(_rig.Store.Find(ordinary));
        Assert.Equal(1, _rig.Metrics.Value(QuarantineMetrics.Expired, "age"));
        Assert.Equal(0, _rig.Metrics.Value(QuarantineMetrics.Expired, "space"));
        Assert.Contains("\"cause\":\"age\"", Assert.Single(_events.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 3)]
    [InlineData(299, 2)]
    [InlineData(200, 2)]
    [InlineData(99, 0)]
    public async Task Sweep_ByBytes_KeepsTheNewestThatFit(long bytesMax, int kept)
    {
        using QuarantineKeeper keeper = New(new QuarantineOptions { BytesMax = bytesMax });
        List<MessageId> ids = [];
        for (int i = 0; i < 3; i++)
        {
            ids.Add(await QuarantineAsync(100));
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await keeper.SweepAsync();
        Assert.Equal(ids.Skip(3 - kept), _rig.Store.List().Select(static message => message.Id));
        Assert.Equal(3 - kept, _rig.Metrics.Value(QuarantineMetrics.Expired, "space"));
        Assert.Equal(kept * 100, _rig.Metrics.Value(QuarantineMetrics.Bytes));
    }

    [Fact]
    public async Task Sweep_ByMessages_DeletesManyInFewSyncs()
    {
        using QuarantineKeeper keeper = New(new QuarantineOptions { MessagesMax = 10 });
        for (int i = 0; i < 150; i++)
        {
            await QuarantineAsync();
        }

        await keeper.SweepAsync();
        Assert.Equal(10, _rig.Store.TotalsOf(MessageLane.Quarantine).Messages);
        Assert.Equal(140, _rig.Metrics.Value(QuarantineMetrics.Expired, "space"));
    }

    [Fact]
    public async Task Start_KeepsTheBoundsByItself()
    {
        using QuarantineKeeper keeper = New(new QuarantineOptions { MessagesMax = 0 });
        await QuarantineAsync();
        keeper.Start();
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_rig.Store.List());
    }

    [Fact]
    public async Task Release_All_DeliversUnchangedUnderTheSameIdWithAFreshLifetime()
    {
        using QuarantineKeeper keeper = New();
        MessageId id = await QuarantineAsync(50, recipients: 2);
        DateTimeOffset received = _rig.Store.Find(id)!.Received;
        _rig.Time.Advance(TimeSpan.FromDays(20));
        Assert.Equal(ReleaseOutcome.Released, await keeper.ReleaseAsync(id, null, CancellationToken.None));

        Assert.Equal(MessageLane.Delivery, _rig.Store.Find(id)!.Lane);
        MessageId[] due = new MessageId[2];
        Assert.Equal(1, _rig.Store.TakeDue(_rig.Time.GetUtcNow(), due));
        using QueuedMessage? message = await _rig.Store.OpenAsync(id, CancellationToken.None);
        Assert.Equal(Content(50), message!.Content.ToArray());
        Assert.Equal(2, message.Envelope.Recipients.Count);
        Assert.All(message.Envelope.Recipients, static recipient => Assert.Null(recipient.Verdict));
        Assert.Equal((received, _rig.Time.GetUtcNow()), (message.Envelope.Received, message.Envelope.Since));

        // What may be spam is not bounced to a sender that is probably forged.
        Assert.Equal(EnvelopeFlags.Suspect, message.Envelope.Flags);
        Assert.Equal(1, _wakes);
        Assert.Equal(1, _rig.Metrics.Value(QuarantineMetrics.Operated, "released"));
        Assert.Equal(2, _events.Lines.Count(static line => line.Contains("\"event\":\"released\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Release_Some_LeavesTheOthersAndThenTheRest()
    {
        using QuarantineKeeper keeper = New();
        MessageId id = await QuarantineAsync(50, recipients: 3);
        Assert.Equal(ReleaseOutcome.Released, await keeper.ReleaseAsync(id, ["R1@EXAMPLE.net", "stranger@example.org"], CancellationToken.None));

        MessageSummary released = Assert.Single(_rig.Store.List(), static message => message.Lane == MessageLane.Delivery);
        Assert.NotEqual(id, released.Id);
        Assert.Equal((MessageLane.Quarantine, 2), (_rig.Store.Find(id)!.Lane, _rig.Store.Find(id)!.RecipientsLeft));
        Assert.Equal(ReleaseOutcome.NoSuchRecipient, await keeper.ReleaseAsync(id, ["r1@example.net"], CancellationToken.None));

        Assert.Equal(ReleaseOutcome.Released, await keeper.ReleaseAsync(id, null, CancellationToken.None));
        Assert.Equal(["r0@example.net", "r2@example.net"], (await _rig.Store.ReadEnvelopeAsync(id, CancellationToken.None))!.Recipients.Select(static recipient => recipient.ForwardPath.ToString()));
        Assert.Equal(default, _rig.Store.TotalsOf(MessageLane.Quarantine));
        Assert.Equal(ReleaseOutcome.NotThere, await keeper.ReleaseAsync(id, null, CancellationToken.None));
    }

    [Fact]
    public async Task Release_WithoutSpace_LeavesItWithItsAge()
    {
        using QuarantineKeeper keeper = New(new QuarantineOptions { AgeMax = TimeSpan.FromHours(2) });
        MessageId id = await QuarantineAsync(2 << 20);
        _rig.Time.Advance(TimeSpan.FromHours(1));
        _rig.Files.Capacity -= _rig.Files.AvailableBytes("/queue");
        Assert.Equal(ReleaseOutcome.Full, await keeper.ReleaseAsync(id, null, CancellationToken.None));
        Assert.Equal(MessageLane.Quarantine, _rig.Store.Find(id)!.Lane);

        _rig.Time.Advance(TimeSpan.FromHours(1));
        await keeper.SweepAsync();
        Assert.Null(_rig.Store.Find(id));
    }

    [Fact]
    public async Task Delete_OnlyInQuarantine()
    {
        using QuarantineKeeper keeper = New();
        MessageId id = await QuarantineAsync();
        MessageId ordinary = await _rig.CommitAsync([1]);
        Assert.False(await keeper.DeleteAsync(ordinary, CancellationToken.None));
        Assert.False(await keeper.DeleteAsync(_rig.Ids.Next(), CancellationToken.None));
        Assert.True(await keeper.DeleteAsync(id, CancellationToken.None));
        Assert.Null(_rig.Store.Find(id));
        Assert.NotNull(_rig.Store.Find(ordinary));
        Assert.Equal(1, _rig.Metrics.Value(QuarantineMetrics.Operated, "deleted"));
        Assert.Contains("\"event\":\"deleted\"", Assert.Single(_events.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatSomebodyHasInHand_IsNeitherReleasedNorDeletedNorExpired()
    {
        using QuarantineKeeper keeper = New(new QuarantineOptions { MessagesMax = 0 });
        MessageId id = await QuarantineAsync();
        using (QueuedMessage? taken = await _rig.Store.OpenAsync(MessageLane.Quarantine, id, CancellationToken.None))
        {
            Assert.NotNull(taken);
            Assert.Equal(ReleaseOutcome.NotThere, await keeper.ReleaseAsync(id, null, CancellationToken.None));
            Assert.False(await keeper.DeleteAsync(id, CancellationToken.None));
            await keeper.SweepAsync();
        }

        Assert.NotNull(_rig.Store.Find(id));
        await keeper.SweepAsync();
        Assert.Null(_rig.Store.Find(id));
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        content.AsSpan().Fill((byte)'q');
        return content;
    }

    private QuarantineKeeper New(QuarantineOptions? options = null) => new(
        _rig.Store, options ?? new QuarantineOptions(), _rig.Ids, _rig.Time, _rig.Metrics, _events, NullLoggerFactory.Instance, () => _wakes++);

    private Task<MessageId> QuarantineAsync(int length = 10, int recipients = 1) => _rig.CommitAsync(
        Content(length),
        static envelope => envelope with
        {
            Lane = MessageLane.Quarantine,
            Flags = EnvelopeFlags.Suspect,
            Recipients = [.. envelope.Recipients.Select(static recipient => recipient with { Verdict = new VerdictNote("virus", "clam", "Eicar") })],
        },
        recipients);
}
