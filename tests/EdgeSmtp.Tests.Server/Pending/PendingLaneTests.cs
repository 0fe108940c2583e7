using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Pending;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Pending;

/// <summary>§8.19 of the design: a verdict after the 250 delivers, tags or quarantines, and nothing else.</summary>
public sealed class PendingLaneTests
{
    [Fact]
    public async Task BusyFilter_MessageIsOursAndWaits_UntilItSpeaks()
    {
        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(filter.Instance());
        MessageId id = await host.SendAsync();

        Assert.Equal(MessageLane.Pending, host.Store.Find(id)!.Lane);
        string first = filter.Seen!;
        await host.UntilAsync(() => filter.Calls >= 4);
        Assert.Equal(id, Assert.Single(host.In(MessageLane.Pending)).Id);
        Assert.False(host.Store.Arrivals.TryRead(out _));

        // It sees the session and the transaction as they were.
        Assert.Equal($"192.0.2.1 Ehlo client.example.net mx relay False own True from sender@example.net to user@example.com* id {id}", first);
        Assert.Equal(first, filter.Seen);
        (_, string before) = await host.ReadAsync(id);
        filter.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Delivery).Length == 1);
        Assert.Equal(id, host.In(MessageLane.Delivery)[0].Id);
        Assert.Equal(before, (await host.ReadAsync(id)).Content);
        await host.UntilAsync(() => host.Wakes == 1);
        Assert.Equal(1, host.Value(PendingMetrics.Outcomes, "delivered"));
        Assert.True(host.Value(PendingMetrics.Outcomes, "later") >= 3);
        Assert.Equal(0, host.Value(PendingMetrics.Messages));
        Assert.Contains(host.Sessions.Events.Lines, static line => line.Contains("\"event\":\"pending\"", StringComparison.Ordinal) && line.Contains("\"filters\":\"late\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tag_ChangesTheStoredContentAndKeepsTheId()
    {
        LateFilter filter = new()
        {
            Say = static (context, transaction, _) =>
            {
                context.Changes(transaction).InsertHeader("X-Spam", "yes");
                context.Publish(transaction, KnownFacts.Tagged, true);
                return default;
            },
        };
        await using LaneHost host = LaneHost.Start(filter.Instance());
        MessageId id = await host.SendAsync();
        (Envelope waiting, string before) = await host.ReadAsync(id);
        filter.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Delivery).Length == 1);

        (Envelope envelope, string content) = await host.ReadAsync(id);
        Assert.Equal("X-Spam: yes\r\n" + before, content);
        Assert.Equal(EnvelopeFlags.Suspect, envelope.Flags);
        Assert.Equal(waiting.Received, envelope.Received);
        Assert.True(envelope.Since > envelope.Received);
        Assert.Null(envelope.Origin);
        Assert.Empty(envelope.Owed);
        Assert.Single(host.Store.List());
    }

    [Fact]
    public async Task ReplacedHeader_OfTheStoredMessage_IsReplacedThere()
    {
        LateFilter filter = new()
        {
            Say = static (context, transaction, _) =>
            {
                context.Changes(transaction).ReplaceHeader("Subject", 1, "[SPAM] hello");
                return default;
            },
        };
        await using LaneHost host = LaneHost.Start(filter.Instance(effect: FilterEffect.Rewrites));
        MessageId id = await host.SendAsync();
        filter.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Delivery).Length == 1);
        string content = (await host.ReadAsync(id)).Content;
        Assert.Contains("\r\nSubject: [SPAM] hello\r\n\r\nbody\r\n", content, StringComparison.Ordinal);
        Assert.StartsWith("Received: from client.example.net", content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VerdictKind.Reject)]
    [InlineData(VerdictKind.Disconnect)]
    [InlineData(VerdictKind.Quarantine)]
    [InlineData(VerdictKind.Discard)]
    public async Task RefusalAfterThe250_IsQuarantine(VerdictKind kind)
    {
        FilterReason reason = new(kind, "virus", (ushort)(kind >= VerdictKind.Reject ? 554 : 250), kind >= VerdictKind.Reject ? "5.7.1" : "2.0.0", "No");
        LateFilter filter = new() { Say = (_, _, verdicts) => Done(() => verdicts.SetAll(Verdict.From(reason, "Eicar"))) };
        await using LaneHost host = LaneHost.Start(filter.Instance(new DriverOptions { AllowDiscard = true }));
        MessageId id = await host.SendAsync();
        filter.IsBusy = false;
        await host.UntilAsync(() => host.Value(PendingMetrics.Outcomes, "quarantined") == 1);

        Assert.Single(host.In(MessageLane.Quarantine));
        (Envelope envelope, _) = await host.ReadAsync(id);
        Assert.Equal(new VerdictNote("virus", "late", "Eicar"), envelope.Recipients[0].Verdict);
        Assert.Equal(EnvelopeFlags.Suspect, envelope.Flags);
        Assert.Equal("192.0.2.1", envelope.Origin!.Client.Address.ToString());
        Assert.Equal("virus", host.Store.Find(id)!.LastStatus);
        Assert.Single(host.Store.List());
    }

    [Fact]
    public async Task MixedVerdictsAfterThe250_DeliverToSomeAndQuarantineForOthers()
    {
        LateFilter filter = new() { Say = static (_, transaction, verdicts) => Done(() => verdicts.Set(transaction.Recipients[1], Verdict.From(FakeFilter.Reject))) };
        await using LaneHost host = LaneHost.Start(filter.Instance());
        MessageId id = await host.SendAsync(to: ["user@example.com", "other@example.com", "third@example.com"]);
        filter.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Pending).Length == 0);

        Assert.Equal(id, Assert.Single(host.In(MessageLane.Delivery)).Id);
        Assert.Equal(["user@example.com", "third@example.com"], await RecipientsAsync(host, id));
        MessageId aside = Assert.Single(host.In(MessageLane.Quarantine)).Id;
        Assert.Equal(["other@example.com"], await RecipientsAsync(host, aside));
        Assert.Equal((await host.ReadAsync(id)).Content, (await host.ReadAsync(aside)).Content);
    }

    [Fact]
    public async Task OneBusyOneDeciding_WhatWasDecidedStays()
    {
        LateFilter late = new();
        FilterInstance decider = new(
            "decider",
            new FilterRegistration("decider", typeof(NoOptions), static (_, _) => FakeFilter.OnMessage(("other", FakeFilter.Quarantine)), FilterTraits.Default),
            new NoOptions(),
            new DriverOptions());
        await using LaneHost host = LaneHost.Start(decider, late.Instance());
        await host.SendAsync(to: ["user@example.com", "other@example.com"]);
        Assert.Equal(2, host.In(MessageLane.Pending).Length);
        late.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Pending).Length == 0);

        Assert.Equal(["user@example.com"], await RecipientsAsync(host, Assert.Single(host.In(MessageLane.Delivery)).Id));
        (Envelope envelope, _) = await host.ReadAsync(Assert.Single(host.In(MessageLane.Quarantine)).Id);
        Assert.Equal(new VerdictNote("hold", "decider", null), envelope.Recipients.Single().Verdict);
    }

    [Theory]
    [InlineData(GiveUpAction.Quarantine)]
    [InlineData(GiveUpAction.Deliver)]
    public async Task NeverReady_IsGivenUpAtItsAge(GiveUpAction action)
    {
        PendingOptions options = new() { GiveUpAfter = TimeSpan.FromMinutes(10), OnGiveUp = action };
        LateFilter filter = new() { Say = static (_, _, verdicts) => Done(() => verdicts.SetAll(Verdict.From(FakeFilter.Defer))) };
        await using LaneHost host = LaneHost.Start(options, filter.Instance());
        DateTimeOffset began = host.Sessions.Time.GetUtcNow();
        MessageId id = await host.SendAsync();
        string before = (await host.ReadAsync(id)).Content;
        await host.UntilAsync(() => host.In(MessageLane.Pending).Length == 0);

        Assert.InRange(host.Sessions.Time.GetUtcNow() - began, options.GiveUpAfter, options.GiveUpAfter + TimeSpan.FromMinutes(5));
        (Envelope envelope, string content) = await host.ReadAsync(id);
        Assert.Equal(EnvelopeFlags.Suspect, envelope.Flags);
        if (action == GiveUpAction.Quarantine)
        {
            Assert.Equal(MessageLane.Quarantine, host.Store.Find(id)!.Lane);
            Assert.Equal(new VerdictNote("not-scanned", "late", "Defer later"), envelope.Recipients[0].Verdict);
            Assert.Equal(before, content);
        }
        else
        {
            Assert.Equal(MessageLane.Delivery, host.Store.Find(id)!.Lane);
            Assert.Equal("X-EdgeSmtp-Unscanned: late\r\n" + before, content);
            await host.UntilAsync(() => host.Value(PendingMetrics.Outcomes, "unscanned") == 1);
        }
    }

    [Fact]
    public async Task FilterThatIsGone_MessageWaits_AndIsNotLost()
    {
        PendingOptions options = new() { GiveUpAfter = TimeSpan.FromHours(1) };
        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(options, filter.Instance());
        MessageId id = await host.SendAsync();

        // A reload renamed it: what it owed it owes under its old name.
        host.Sessions.With(filter.Instance(as_: "renamed"));

        // The first attempt may have begun before that; the second cannot have.
        await host.UntilAsync(() => host.Store.Find(id)!.Attempts > 1);
        filter.IsBusy = false;
        int calls = filter.Calls;
        await host.UntilAsync(() => host.Store.Find(id)!.Attempts > 3);
        Assert.Equal(MessageLane.Pending, host.Store.Find(id)!.Lane);
        Assert.Equal("waits for late: late not ready", host.Store.Find(id)!.LastStatus);
        Assert.Equal(calls, filter.Calls);

        // Named as before, it is asked again.
        host.Sessions.With(filter.Instance());
        await host.UntilAsync(() => host.In(MessageLane.Delivery).Length == 1, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task FilterThatStaysAway_MessageEndsInQuarantine()
    {
        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(new PendingOptions { GiveUpAfter = TimeSpan.FromMinutes(2) }, filter.Instance());
        MessageId id = await host.SendAsync();
        host.Sessions.With(Array.Empty<FilterInstance>());
        await host.UntilAsync(() => host.In(MessageLane.Quarantine).Length == 1);
        Assert.Equal("not-scanned", (await host.ReadAsync(id)).Envelope.Recipients[0].Verdict!.Reason);
    }

    [Theory]
    [InlineData(FailurePolicy.Defer, MessageLane.Pending)]
    [InlineData(FailurePolicy.Continue, MessageLane.Delivery)]
    [InlineData(FailurePolicy.Reject, MessageLane.Quarantine)]
    public async Task FailureWhenAskedAgain_FollowsItsPolicy(FailurePolicy policy, MessageLane expected)
    {
        LateFilter filter = new() { Say = static (_, _, _) => throw new IOException("scanner died") };
        await using LaneHost host = LaneHost.Start(filter.Instance(new DriverOptions { OnError = policy }));
        MessageId id = await host.SendAsync();
        filter.IsBusy = false;
        await host.UntilAsync(() => host.Store.Find(id) is { } found && (found.Lane != MessageLane.Pending || found.Attempts > 3));
        Assert.Equal(expected, host.Store.Find(id)!.Lane);
    }

    [Fact]
    public async Task MessagesMax_AtUnderAndOver_BeyondItTheFilterDecidesAtOnce()
    {
        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(new PendingOptions { MessagesMax = 2 }, filter.Instance());
        MessageId[] ids = [await host.SendAsync(), await host.SendAsync(), await host.SendAsync()];

        Assert.Equal([MessageLane.Pending, MessageLane.Pending, MessageLane.Delivery], ids.Select(id => host.Store.Find(id)!.Lane));
        Assert.Equal(1, host.Value(PendingMetrics.Refused));
        filter.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Pending).Length == 0);
        filter.IsBusy = true;
        Assert.Equal(MessageLane.Pending, host.Store.Find(await host.SendAsync())!.Lane);
    }

    [Theory]
    [InlineData(0, MessageLane.Pending)]
    [InlineData(-1, MessageLane.Delivery)]
    public async Task BytesMax_AtAndOver(int difference, MessageLane expected)
    {
        LateFilter probe = new();
        long length;
        await using (LaneHost first = LaneHost.Start(probe.Instance()))
        {
            length = first.Store.Find(await first.SendAsync())!.SizeBytes;
        }

        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(new PendingOptions { BytesMax = length + difference }, filter.Instance());
        Assert.Equal(expected, host.Store.Find(await host.SendAsync())!.Lane);
        Assert.Equal(MessageLane.Delivery, host.Store.Find(await host.SendAsync())!.Lane);
    }

    [Fact]
    public async Task RoomOfARefusedMessage_IsGivenBack()
    {
        LateFilter filter = new();
        FilterInstance refuser = new(
            "refuser", new FilterRegistration("refuser", typeof(NoOptions), static (_, _) => FakeFilter.OnMessage(("other", FakeFilter.Reject)), FilterTraits.Default), new NoOptions(), new DriverOptions());
        await using LaneHost host = LaneHost.Start(new PendingOptions { MessagesMax = 1 }, filter.Instance(), refuser);
        for (int i = 0; i < 3; i++)
        {
            TestClient client = await host.Sessions.IntroducedAsync();
            await client.CommandAsync("MAIL FROM:<sender@example.net>", "250");
            await client.CommandAsync("RCPT TO:<other@example.com>", "250");
            await client.CommandAsync("DATA", "354");
            await client.SendAsync("x\r\n.\r\n");
            await client.ExpectAsync("550 5.7.1");
        }

        Assert.Empty(host.Store.List());
        Assert.Equal(MessageLane.Pending, host.Store.Find(await host.SendAsync())!.Lane);
        Assert.Equal(0, host.Value(PendingMetrics.Refused));
    }

    [Fact]
    public async Task FilterInShadow_IsNotWaitedFor()
    {
        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(filter.Instance(new DriverOptions { Shadow = true }));
        Assert.Equal(MessageLane.Delivery, host.Store.Find(await host.SendAsync())!.Lane);
        Assert.Equal(0, host.Value(PendingMetrics.Refused));
    }

    [Fact]
    public async Task Crash_WhileMessagesWait_TheyAreAskedAboutAfterIt()
    {
        LateFilter filter = new();
        await using LaneHost host = LaneHost.Start(filter.Instance());
        MessageId[] ids = [await host.SendAsync(), await host.SendAsync("Subject: 2\r\n\r\n" + new string('x', 400) + "\r\n")];
        string seen = filter.Seen!;
        LateFilter after = new() { IsBusy = false, Say = static (context, transaction, _) => Done(() => context.Changes(transaction).InsertHeader("X-Late", "yes")) };
        await host.CrashAsync(after.Instance());
        await host.UntilAsync(() => host.In(MessageLane.Delivery).Length == 2);

        Assert.Equal(ids, host.In(MessageLane.Delivery).Select(static message => message.Id));
        Assert.Equal(2, after.Calls);
        Assert.Equal(seen[..seen.LastIndexOf(' ')], after.Seen![..after.Seen!.LastIndexOf(' ')]);
        Assert.All(ids, id => Assert.StartsWith("X-Late: yes\r\nReceived: ", host.ReadAsync(id).GetAwaiter().GetResult().Content, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AcceptAndQuarantine_AfterACrash_NothingIsLostOrDoubled()
    {
        FilterInstance mixed = new(
            "mixed", new FilterRegistration("mixed", typeof(NoOptions), static (_, _) => FakeFilter.OnMessage(("other", FakeFilter.Reject)), FilterTraits.Default), new NoOptions(), new DriverOptions());
        await using LaneHost host = LaneHost.Start(mixed);
        MessageId id = await host.SendAsync(to: ["other@example.com", "user@example.com"]);
        await host.CrashAsync(mixed);

        Assert.Equal(2, host.Store.List().Count());
        Assert.Contains(host.Store.List(), message => message.Id == id);
        Assert.Equal(["user@example.com"], await RecipientsAsync(host, Assert.Single(host.In(MessageLane.Delivery)).Id));
        Assert.Equal(["other@example.com"], await RecipientsAsync(host, Assert.Single(host.In(MessageLane.Quarantine)).Id));
    }

    [Fact]
    public async Task Discard_OfABusyFiltersMessage_TakesNoRoom()
    {
        // The last of the recipients is dropped by another filter: nothing is committed, and nothing waits.
        LateFilter filter = new();
        FilterInstance dropper = new(
            "dropper", new FilterRegistration("dropper", typeof(NoOptions), static (_, _) => FakeFilter.OnMessage(("user", FakeFilter.Discard)), FilterTraits.Default), new NoOptions(), new DriverOptions { AllowDiscard = true });
        await using LaneHost host = LaneHost.Start(new PendingOptions { MessagesMax = 1 }, filter.Instance(), dropper);
        await host.SendAsync();
        Assert.Empty(host.Store.List());
        Assert.Equal(MessageLane.Pending, host.Store.Find(await host.SendAsync(to: ["other@example.com"]))!.Lane);
    }

    [Fact]
    public async Task FilterThatRemovesEverybody_LosesNothing()
    {
        LateFilter filter = new() { Say = static (context, transaction, _) => Done(() => context.Changes(transaction).RemoveRecipient(transaction.Recipients[0])) };
        await using LaneHost host = LaneHost.Start(filter.Instance(effect: FilterEffect.Rewrites));
        MessageId id = await host.SendAsync();
        filter.IsBusy = false;
        await host.UntilAsync(() => host.In(MessageLane.Quarantine).Length == 1);
        (Envelope envelope, _) = await host.ReadAsync(id);
        Assert.Equal("user@example.com", envelope.Recipients.Single().ForwardPath.ToString());
        Assert.Equal("nobody-left", envelope.Recipients[0].Verdict!.Reason);
    }

    [Fact]
    public async Task FullDisk_WhenTheVerdictComes_TheMessageWaitsOn()
    {
        LateFilter filter = new() { Say = static (context, transaction, _) => Done(() => context.Changes(transaction).InsertHeader("X-Late", "yes")) };
        await using LaneHost host = LaneHost.Start(filter.Instance());
        MessageId id = await host.SendAsync("Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 8_000)));
        long capacity = host.Files.Capacity;
        host.Files.Capacity -= host.Files.AvailableBytes("/queue");
        filter.IsBusy = false;
        await host.UntilAsync(() => host.Store.Find(id)!.LastStatus!.Contains("the queue is full", StringComparison.Ordinal));
        Assert.Equal(MessageLane.Pending, host.Store.Find(id)!.Lane);

        host.Files.Capacity = capacity;
        await host.UntilAsync(() => host.In(MessageLane.Delivery).Length == 1);
        Assert.StartsWith("X-Late: yes\r\n", (await host.ReadAsync(id)).Content, StringComparison.Ordinal);
    }

    private static ValueTask Done(Action say)
    {
        say();
        return default;
    }

    private static async Task<string[]> RecipientsAsync(LaneHost host, MessageId id) =>
        [.. (await host.ReadAsync(id)).Envelope.Recipients.Select(static recipient => recipient.ForwardPath.ToString())];
}
