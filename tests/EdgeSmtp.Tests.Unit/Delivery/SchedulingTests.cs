using System.Collections.Concurrent;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Tests.Unit.Client;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>Concurrency, fairness, retries, stop: what the scheduler promises.</summary>
public sealed class SchedulingTests
{
    [Fact]
    public async Task Run_TemporaryFailure_IsTriedByTheScheduleUntilItWorks()
    {
        int failures = 2;
        await using FakeSmtpServer server = new();
        server.Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) >= 0 ? "450 4.2.1 later" : null;
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        DateTimeOffset start = world.Time.GetUtcNow();
        MessageId id = world.Submit("s@example.org", ["u@example.net"]);
        Settlement first = await world.Store.EndOfAttemptAsync(id);
        Assert.InRange((first.NextAttempt!.Value - start).TotalSeconds, 360, 440);
        Settlement last = await world.PassUntilAsync(world.Store.EndOfAttemptAsync(id, 3));
        Assert.Equal([0], last.Done);
        Assert.InRange((world.Time.GetUtcNow() - start).TotalSeconds, 1400, 2000);
    }

    [Theory]
    [InlineData("s@example.org", 5)]
    [InlineData("", 2)]
    public async Task Run_BeyondTheLifetime_TemporaryBecomesFinal(string sender, int days) // spec §15.5, ruling §8.27
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "450 4.2.1 later" : null };
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        DateTimeOffset now = world.Time.GetUtcNow();
        MessageId young = world.Submit(sender, ["u@example.net"], change: envelope => envelope with { Received = now - TimeSpan.FromDays(days) + TimeSpan.FromSeconds(1) });
        MessageId old = world.Submit(sender, ["u@example.net"], change: envelope => envelope with { Received = now - TimeSpan.FromDays(days) });
        Assert.Empty((await world.Store.EndOfAttemptAsync(young)).Done);
        Settlement settlement = await world.Store.EndOfAttemptAsync(old);
        Assert.Equal([0], settlement.Done);
        Submission report = Assert.Single(settlement.Reports);
        Assert.Equal(("failed", "4.2.1"), (ReportTests.Field(report, "Action"), ReportTests.Field(report, "Status")));
        Assert.Contains("too long", ReportTests.Text(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManyMessages_NeverExceedTheDestinationsConcurrency()
    {
        int running = 0, most = 0;
        await using FakeSmtpServer server = new();
        server.OnCommand = async line =>
        {
            if (line.StartsWith("MAIL", StringComparison.Ordinal))
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
            }
            else if (line == ".")
            {
                Interlocked.Decrement(ref running);
            }
        };
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint);
        world.Options = world.Options with { PerDestinationConcurrencyMax = 3 };
        world.Start();
        for (int i = 0; i < 100; i++) world.Submit("s@example.org", [$"u{i}@example.net"]);
        await world.Store.UntilAsync(store => store.Count == 0);
        Assert.Equal(100, server.Messages.Count);
        Assert.InRange(most, 1, 3);
        Assert.InRange(server.Connections, 1, 6);
    }

    [Fact]
    public async Task Run_GlobalConcurrencyFull_DestinationsTakeTurns()
    {
        ConcurrentQueue<string> order = new();
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new();
        server.OnCommand = async line =>
        {
            if (line == "DATA") await open.Task;
            if (line.StartsWith("RCPT", StringComparison.Ordinal)) order.Enqueue(line.Contains("busy", StringComparison.Ordinal) ? "busy" : "calm");
        };
        await using DeliveryCase world = new DeliveryCase().RouteTo("busy.test", TransportKind.Smtp, server.EndPoint).RouteTo("calm.test", TransportKind.Smtp, server.EndPoint);
        world.Options = world.Options with { RemoteConcurrencyMax = 1 };
        world.Start();
        for (int i = 0; i < 20; i++) world.Submit("s@example.org", ["u@busy.test"]);
        await world.Store.UntilOpenedAsync(20);
        for (int i = 0; i < 3; i++) world.Submit("s@example.org", ["u@calm.test"]);
        await world.Store.UntilOpenedAsync(23);
        open.SetResult();
        await world.Store.UntilAsync(store => store.Count == 0);
        // The late and few do not wait for the early and many.
        Assert.True(order.ToList().LastIndexOf("calm") < 8, string.Join(' ', order));
    }

    [Fact]
    public async Task Run_BacklogFull_MessagesGoBackAndComeAgain()
    {
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new() { OnCommand = async line => await (line == "DATA" ? open.Task : Task.CompletedTask) };
        await using FakeSmtpServer other = new();
        await using DeliveryCase world = new DeliveryCase().RouteTo("slow.test", TransportKind.Smtp, server.EndPoint).RouteTo("other.test", TransportKind.Smtp, other.EndPoint);
        world.Options = world.Options with { PerDestinationConcurrencyMax = 1, DestinationBacklogMax = 2, ActiveMessagesMax = 6 };
        world.Start();
        MessageId[] ids = [.. Enumerable.Range(0, 6).Select(_ => world.Submit("s@example.org", ["u@slow.test"]))];
        // One runs, two wait, three go back for a few seconds; another destination is served meanwhile.
        await world.Store.UntilAsync(store => ids.Count(id => store.SettlementsOf(id).Any(settlement => settlement.NextAttempt is not null)) == 3);
        Assert.Equal([0], (await world.DeliverAsync("s@example.org", "u@other.test")).Done);
        open.SetResult();
        await world.PassUntilAsync(AllGoneAsync(world));
        Assert.Equal(6, server.Messages.Count);
        Assert.DoesNotContain(world.Events.Lines, line => line.Contains("postponed", StringComparison.Ordinal));
        // Who was postponed was not tried: the first attempt is the first.
        Assert.All(world.Events.Lines.Where(static line => line.Contains("\"to\"", StringComparison.Ordinal)), static line => Assert.Contains("\"attempt\":1,", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_MoreThanMayBeActive_RestStaysInTheStore()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = new();
        world.Store = new FakeStore(world.Time, arrivalsMax: 4);
        world.RouteTo("example.net", TransportKind.Smtp, server.EndPoint);
        world.Options = world.Options with { ActiveMessagesMax = 5 };
        for (int i = 0; i < 50; i++) world.Submit("s@example.org", ["u@example.net"]);
        world.Start();
        await world.PassUntilAsync(AllGoneAsync(world));
        Assert.Equal(50, server.Messages.Count);
        // What TakeDue has found is begun as a whole, so the limit may be passed by one such look.
        Assert.InRange(world.Store.InAttemptMost, 1, 5 + 64);
    }

    [Fact]
    public async Task Run_MessagesReadFromDisk_AreDeliveredToo()
    {
        await using DeliveryCase world = new();
        world.Store.Slow = true;
        world.RouteTo("example.net", TransportKind.Discard).Start();
        for (int i = 0; i < 200; i++) world.Submit("s@example.org", ["u@example.net"]);
        await world.PassUntilAsync(AllGoneAsync(world));
        Assert.Equal(200, world.Metrics.Value(DeliveryMetrics.Done));
    }

    [Fact]
    public async Task Wake_OperatorMadeItDue_IsTriedAtOnce()
    {
        int failures = 1;
        await using FakeSmtpServer server = new();
        server.Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) >= 0 ? "450 4.2.1 later" : null;
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        MessageId id = world.Submit("s@example.org", ["u@example.net"]);
        await world.Store.EndOfAttemptAsync(id);
        while (!await world.Store.ApplyAsync(id, OperatorAction.Retry)) await Task.Yield();
        world.Service.Wake();
        Assert.Equal([0], (await world.Store.EndOfAttemptAsync(id, 2)).Done);
    }

    [Fact]
    public async Task Reload_RouteChanges_NextMessageTakesTheNewOne()
    {
        await using FakeSmtpServer old = new();
        await using FakeSmtpServer renewed = new();
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, old.EndPoint).Start();
        await world.DeliverAsync("s@example.org", "u@example.net");
        world.RouteTo("example.net", TransportKind.Smtp, renewed.EndPoint);
        world.Snapshots.Replace(world.BuildSnapshot());
        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal((1, 1), (old.Messages.Count, renewed.Messages.Count));
    }

    [Fact]
    public async Task Reload_RouteDoesNotChange_KeepsItsConnections()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        await world.DeliverAsync("s@example.org", "u@example.net");
        world.RouteTo("example.net", TransportKind.Smtp, server.EndPoint);
        world.Snapshots.Replace(world.BuildSnapshot());
        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal((1, 2), (server.Connections, server.Messages.Count));
        Assert.Equal(1, world.Metrics.Value(DeliveryMetrics.Destinations));
    }

    [Fact]
    public async Task Stop_TransactionRuns_IsWaitedForAndTheRestGoesBack()
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new();
        server.OnCommand = async line =>
        {
            if (line != "DATA") return;
            reached.TrySetResult();
            await open.Task;
        };
        DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint);
        world.Options = world.Options with { PerDestinationConcurrencyMax = 1 };
        world.Start();
        for (int i = 0; i < 3; i++) world.Submit("s@example.org", ["u@example.net"]);
        await reached.Task;
        await world.Store.UntilOpenedAsync(3);
        Task stopping = world.Service.StopAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        await world.Store.UntilAsync(store => store.InAttempt == 1);
        Assert.False(stopping.IsCompleted);
        open.SetResult();
        await stopping;
        Assert.Equal((2, 0, 1), (world.Store.Count, world.Store.InAttempt, server.Messages.Count));
        world.Service.Dispose();
    }

    [Fact]
    public async Task Stop_GraceIsOver_CutsOffAndKeepsTheMessage()
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new();
        server.OnCommand = async line =>
        {
            if (line != "DATA") return;
            reached.TrySetResult();
            await done.Task;
        };
        DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        MessageId id = world.Submit("s@example.org", ["u@example.net"]);
        await reached.Task;
        // Small steps, so that the grace is over long before the transaction's own timeout.
        await SmtpHostileServerTests.AdvanceUntilDone(world.Time, world.Service.StopAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None), TimeSpan.FromMilliseconds(1));
        done.SetResult();
        Assert.Equal((1, 0), (world.Store.Count, world.Store.InAttempt));
        Assert.Empty(world.Store.SettlementsOf(id));
        world.Service.Dispose();
    }

    [Fact]
    public async Task Stop_HurryWithinTheGrace_CutsOffAtOnce()
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new();
        server.OnCommand = async line =>
        {
            if (line != "DATA") return;
            reached.TrySetResult();
            await done.Task;
        };
        DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        MessageId id = world.Submit("s@example.org", ["u@example.net"]);
        await reached.Task;
        using CancellationTokenSource hurry = new();

        // The clock stands still: nothing but the hurry ends it.
        Task stopping = world.Service.StopAsync(TimeSpan.FromHours(1), hurry.Token);
        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await stopping;
        done.SetResult();
        Assert.Equal((1, 0), (world.Store.Count, world.Store.InAttempt));
        Assert.Empty(world.Store.SettlementsOf(id));
        world.Service.Dispose();
    }

    [Fact]
    public async Task Stop_GraceIsOver_WhoWasDeliveredIsSettled()
    {
        int rcpts = 0, datas = 0;
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new();
        server.Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Increment(ref rcpts) == 2 ? "452 4.5.3 too many" : null;
        server.OnCommand = async line =>
        {
            if (line != "DATA" || Interlocked.Increment(ref datas) == 1) return;
            reached.TrySetResult();
            await done.Task;
        };
        DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint).Start();
        MessageId id = world.Submit("s@example.org", ["a@example.net", "b@example.net"]);
        await reached.Task;
        await SmtpHostileServerTests.AdvanceUntilDone(world.Time, world.Service.StopAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None), TimeSpan.FromMilliseconds(1));
        done.SetResult();
        Settlement settlement = Assert.Single(world.Store.SettlementsOf(id));
        Assert.Equal([0], settlement.Done);
        // The other one is due at once after the start.
        Assert.Null(settlement.NextAttempt);
        Assert.Equal((1, 0), (world.Store.Count, world.Store.InAttempt));
        Assert.Contains("delivered", Assert.Single(world.Events.Lines, line => line.Contains("attempt", StringComparison.Ordinal)), StringComparison.Ordinal);
        world.Service.Dispose();
    }

    [Fact]
    public async Task Qmtp_Route_DeliversEachRecipientWithItsReply()
    {
        await using LoopbackServer server = new(async peer =>
        {
            string message = DeliveryCase.Message.Replace("\r\n", "\n", StringComparison.Ordinal);
            int length = $"{message.Length + 1}:\n{message},13:s@example.org,".Length + "48:13:a@example.net,13:b@example.net,13:c@example.net,,".Length;
            await peer.ReadExactlyAsync(length);
            await peer.WriteAsync("3:Kok,22:Dno such user (#5.1.1),15:Zlater (#4.2.1),");
            await peer.DrainAsync();
        });
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Qmtp, server.EndPoint).Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "a@example.net", "b@example.net", "c@example.net");
        Assert.Equal([0, 1], settlement.Done.Order());
        Assert.Equal("5.1.1", ReportTests.Field(Assert.Single(settlement.Reports), "Status"));
        Assert.NotNull(settlement.NextAttempt);
    }

    [Fact]
    public async Task Discard_Route_ForgetsAndNeverReports()
    {
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Discard).Start();
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["u@example.net"], notify: DsnNotify.Success));
        Assert.Equal([0], settlement.Done);
        Assert.Empty(settlement.Reports);
    }

    private static async Task<bool> AllGoneAsync(DeliveryCase world)
    {
        await world.Store.UntilAsync(store => store.Count == 0);
        return true;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
