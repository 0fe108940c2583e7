using System.Net;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Tests.Unit.Client;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>Rulings §8.8, §8.22 to §8.24 as the service keeps them.</summary>
public sealed class SmtpDeliveryTests
{
    [Fact]
    public async Task Deliver_NextHop_GetsTheMessageByteForByte()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal([0], settlement.Done);
        Assert.Equal(DeliveryCase.Message, SmtpSendTests.Unstuffed(server.Messages.Single().Text));
        Assert.Equal(0, world.Store.Count);
        Assert.Equal(1, world.Metrics.Value(DeliveryMetrics.Done));
        Assert.Equal(1, world.Metrics.Value(DeliveryMetrics.Attempts, "example.net", "delivered"));
    }

    [Fact]
    public async Task Deliver_SeveralMessages_UseOneConnection()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server);
        for (int i = 0; i < 5; i++) await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal(1, server.Connections);
        Assert.Equal(4, world.Metrics.Value(DeliveryMetrics.Connections, "example.net", "reused"));
    }

    [Fact]
    public async Task Deliver_IdleForLong_ConnectionIsClosed()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server);
        await world.DeliverAsync("s@example.org", "u@example.net");
        while (!server.Commands.Contains("QUIT"))
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Deliver_TransactionsPerConnection_AreLimited()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server, options => options with { TransactionsPerConnectionMax = 2 });
        for (int i = 0; i < 4; i++) await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Deliver_IdleConnectionDiesUnseen_GoesOverANewOne()
    {
        int mails = 0;
        await using FakeSmtpServer server = new();
        server.Reply = line => line.StartsWith("MAIL", StringComparison.Ordinal) && Interlocked.Increment(ref mails) == 2 ? "close" : null;
        await using DeliveryCase world = To(server);
        await world.DeliverAsync("s@example.org", "u@example.net");
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal([0], settlement.Done);
        Assert.Equal((2, 2), (server.Connections, server.Messages.Count));
    }

    [Fact]
    public async Task Deliver_ServerEndsAUsedConnectionWith421_GoesOverANewOneAtOnce()
    {
        int mails = 0;
        await using FakeSmtpServer server = new();
        server.Reply = line => line.StartsWith("MAIL", StringComparison.Ordinal) && Interlocked.Increment(ref mails) == 2 ? "421 4.7.0 enough on this connection" : null;
        await using DeliveryCase world = To(server);
        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal([0], (await world.DeliverAsync("s@example.org", "u@example.net")).Done);
        Assert.Equal((2, 2), (server.Connections, server.Messages.Count));
    }

    [Fact]
    public async Task Deliver_RecipientsOfOneDomain_ShareATransaction()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server, options => options with { RecipientsPerTransactionMax = 3, PerDestinationConcurrencyMax = 1 });
        Settlement settlement = await world.DeliverAsync("s@example.org", [.. Enumerable.Range(0, 7).Select(i => $"u{i}@example.net")]);
        Assert.Equal([3, 3, 1], server.Messages.Select(message => message.Recipients.Count));
        Assert.Equal(7, world.Store.SettlementsOf(world.Store.Count == 0 ? FirstId(world) : default).Sum(part => part.Done.Count));
        Assert.NotEmpty(settlement.Done);
    }

    [Fact]
    public async Task Deliver_TwoDestinations_EachSettlesWhenItIsDone()
    {
        TaskCompletionSource slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer quick = new();
        await using FakeSmtpServer late = new() { OnCommand = async line => await (line == "DATA" ? slow.Task : Task.CompletedTask) };
        await using DeliveryCase world = new DeliveryCase().RouteTo("quick.test", TransportKind.Smtp, quick.EndPoint).RouteTo("late.test", TransportKind.Smtp, late.EndPoint).Start();
        MessageId id = world.Submit("s@example.org", ["u@late.test", "u@quick.test"]);
        await world.Store.UntilAsync(store => store.SettlementsOf(id).Count == 1);
        Assert.Equal([1], world.Store.SettlementsOf(id)[0].Done);
        slow.SetResult();
        Assert.Equal([0], (await world.Store.EndOfAttemptAsync(id)).Done);
    }

    [Fact]
    public async Task Deliver_452AfterSome_RestGoesInTheNextTransaction() // Ruling §8.23
    {
        int taken = 0;
        await using FakeSmtpServer server = new();
        server.Reply = line =>
        {
            if (line.StartsWith("MAIL", StringComparison.Ordinal)) taken = 0;
            return line.StartsWith("RCPT", StringComparison.Ordinal) && ++taken > 2 ? "452 4.5.3 too many" : null;
        };
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.DeliverAsync("s@example.org", [.. Enumerable.Range(0, 5).Select(i => $"u{i}@example.net")]);
        Assert.Equal([0, 1, 2, 3, 4], settlement.Done.Order());
        Assert.Equal([2, 2, 1], server.Messages.Select(message => message.Recipients.Count));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("STARTTLS")]
    public async Task Deliver_5xxBeforeTheTransaction_TriesTheNextHost(string point) // Ruling §8.23
    {
        await using FakeSmtpServer bad = Broken(point);
        await using FakeSmtpServer good = new() { Certificate = ClientCase.Certificate };
        await using DeliveryCase world = To(bad, start: false, tls: point == "STARTTLS" ? ClientTlsMode.Require : ClientTlsMode.Opportunistic, second: good);
        world.Start();
        Assert.Equal([0], (await world.DeliverAsync("s@example.org", "u@example.net")).Done);
        Assert.Single(good.Messages);
        Assert.Equal(1, bad.Connections);
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("STARTTLS")]
    public async Task Deliver_5xxBeforeTheTransactionEverywhere_WaitsAndNeverBounces(string point)
    {
        await using FakeSmtpServer bad = Broken(point);
        await using DeliveryCase world = To(bad, start: false, tls: point == "STARTTLS" ? ClientTlsMode.Require : ClientTlsMode.Opportunistic);
        world.Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Empty(settlement.Done);
        Assert.Empty(settlement.Reports);
        Assert.NotNull(settlement.NextAttempt);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    public async Task Deliver_HostHangsUpBeforeTheContent_TriesTheNextHost(string point)
    {
        await using FakeSmtpServer bad = new() { Reply = line => line.StartsWith(point, StringComparison.Ordinal) ? "421 4.3.2 closing" : null };
        await using FakeSmtpServer good = new();
        await using DeliveryCase world = To(bad, second: good);
        Assert.Equal([0], (await world.DeliverAsync("s@example.org", "u@example.net")).Done);
        Assert.Single(good.Messages);
    }

    [Fact]
    public async Task Deliver_HostHangsUpAfterTheContent_WaitsInsteadOfDoublingIt()
    {
        await using FakeSmtpServer bad = new() { Reply = line => line == "." ? "close" : null };
        await using FakeSmtpServer good = new();
        await using DeliveryCase world = To(bad, second: good);
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Empty(settlement.Done);
        Assert.Empty(good.Messages);
    }

    [Fact]
    public async Task Deliver_NobodyListens_NextAddressIsTriedAndTheDeadOneRemembered()
    {
        FakeSmtpServer gone = new();
        IPEndPoint dead = gone.EndPoint;
        await gone.DisposeAsync();
        await using FakeSmtpServer good = new();
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, dead, good.EndPoint);
        world.Options = world.Options with { IdleConnectionTime = TimeSpan.Zero };
        world.Start();
        for (int i = 0; i < 4; i++) Assert.Equal([0], (await world.DeliverAsync("s@example.org", "u@example.net")).Done);
        Assert.Equal(4, good.Messages.Count);
        Assert.Equal(2, world.Metrics.Value(DeliveryMetrics.ConnectFailures, "example.net", "dial"));
    }

    [Theory]
    [InlineData(ClientTlsMode.Opportunistic, true)]
    [InlineData(ClientTlsMode.Require, false)]
    public async Task Deliver_HandshakeFails_OnlyOpportunisticGoesOnInClear(ClientTlsMode mode, bool delivered) // Ruling §8.24, RFC 7435
    {
        await using LoopbackServer server = new(async peer => await BrokenTlsAsync(peer));
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, server.EndPoint);
        world.Routes["example.net"].Tls = mode;
        world.Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Equal(delivered ? 1 : 0, settlement.Done.Count);
        Assert.Equal(delivered ? 2 : 1, server.Connections);
        Assert.Equal(delivered ? 1 : 0, world.Metrics.Value(DeliveryMetrics.Tls, "example.net", "fallback"));
    }

    [Fact]
    public async Task Deliver_TlsOffered_IsUsedUnverified()
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate };
        await using DeliveryCase world = To(server);
        await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.True(server.Messages.Single().Tls);
        Assert.Contains(world.Events.Lines, line => line.Contains("\"tls\":\"TLSv1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deliver_SoftBounce_WaitsInsteadOfFailing()
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no" : null };
        await using DeliveryCase world = To(server, start: false);
        world.Routes["example.net"].SoftBounce = true;
        world.Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net");
        Assert.Empty(settlement.Done);
        Assert.Empty(settlement.Reports);
        Assert.Equal("550 5.1.1 no", settlement.LastStatus);
    }

    [Theory]
    [InlineData(EnvelopeFlags.Binary, "5.6.3")]
    [InlineData(EnvelopeFlags.SmtpUtf8, "5.6.9")]
    public async Task Deliver_HopCannotCarryIt_FailsWithTheRightStatus(EnvelopeFlags flags, string status) // Ruling §8.8
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["u@example.net"], "Subject: grün\r\n\r\nx\r\n", flags));
        Assert.Equal(status, ReportTests.Field(Assert.Single(settlement.Reports), "Status"));
    }

    [Fact]
    public async Task Deliver_EightBitToOldHop_GoesAsItIs()
    {
        await using FakeSmtpServer server = new();
        server.Extensions.Clear();
        await using DeliveryCase world = To(server);
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["u@example.net"], "Subject: x\r\n\r\ngrün\r\n", EnvelopeFlags.EightBit));
        Assert.Empty(settlement.Reports);
        Assert.Contains("grün", server.Messages.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliver_ByMx_LooksUpAndGoesToTheExchanger()
    {
        await using FakeSmtpServer server = new();
        await using DeliveryCase world = new();
        world.Dns.AddMx("example.com", 10, "mx.example.com").AddAddress("mx.example.com", "127.0.0.1");
        world.Routes["mx"] = new RouteOptions { AllowPrivateTargets = true, MxPort = server.EndPoint.Port };
        world.Start();
        Assert.Equal([0], (await world.DeliverAsync("s@example.org", "u@example.com")).Done);
        Assert.Contains(world.Events.Lines, line => line.Contains("\"host\":\"mx.example.com\",\"ip\":\"127.0.0.1\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deliver_NullMx_IsReportedAtOnce()
    {
        await using DeliveryCase world = new();
        world.Dns.AddMx("example.com", 0, string.Empty);
        world.Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.com");
        Assert.Equal("5.1.10", ReportTests.Field(Assert.Single(settlement.Reports), "Status"));
        Assert.StartsWith("x-edgesmtp; 556 5.1.10", ReportTests.Field(settlement.Reports[0], "Diagnostic-Code"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliver_Lmtp_RecipientsHaveTheirOwnResults()
    {
        await using FakeSmtpServer server = new() { Lmtp = true, Reply = line => line == ". <full@example.net>" ? "452 4.2.2 over quota" : null };
        await using DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Lmtp, server.EndPoint).Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "u@example.net", "full@example.net");
        Assert.Equal([0], settlement.Done);
        Assert.NotNull(settlement.NextAttempt);
    }

    [Fact]
    public async Task Deliver_EveryAttempt_IsOneLineInTheEventLog()
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("RCPT TO:<later", StringComparison.Ordinal) ? "450 4.2.1 later" : null };
        await using DeliveryCase world = To(server);
        MessageId id = world.Submit("s@example.org", ["u@example.net", "later@example.net"]);
        await world.Store.EndOfAttemptAsync(id);
        string[] attempts = [.. world.Events.Lines.Where(line => line.Contains("\"event\":\"attempt\"", StringComparison.Ordinal))];
        Assert.Equal(2, attempts.Length);
        Assert.Contains($"\"id\":\"{id}\",\"session\":\"s1\",\"from\":\"s@example.org\",\"to\":\"u@example.net\",\"route\":\"example.net\",\"host\":\"127.0.0.1\",\"ip\":\"127.0.0.1\",\"result\":\"delivered\",\"status\":\"2.0.0\",\"reply\":\"250 2.0.0 ok\",\"attempt\":1", attempts[0], StringComparison.Ordinal);
        Assert.Contains("\"result\":\"temporary\",\"status\":\"4.2.1\"", attempts[1], StringComparison.Ordinal);
        Assert.DoesNotContain(world.Events.Lines, line => line.Contains("\"event\":\"done\"", StringComparison.Ordinal));
    }

    private static MessageId FirstId(DeliveryCase world)
    {
        string line = world.Events.Lines.First();
        int start = line.IndexOf("\"id\":\"", StringComparison.Ordinal) + 6;
        Assert.True(MessageId.TryParse(line.AsSpan(start, MessageId.TextLength), out MessageId id));
        return id;
    }

    private static FakeSmtpServer Broken(string point)
    {
        FakeSmtpServer server = new() { Reply = line => point == "EHLO" ? line.Contains("LO ", StringComparison.Ordinal) ? "550 5.7.1 no" : null : line == point ? "554 5.7.0 no" : null };
        if (point == "greeting") server.Greeting = "554 5.7.1 go away";
        if (point == "STARTTLS") server.Certificate = ClientCase.Certificate;
        return server;
    }

    private static async Task BrokenTlsAsync(ServerPeer peer)
    {
        await peer.WriteAsync("220 hi\r\n");
        while (await peer.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("EHLO", StringComparison.Ordinal)) await peer.WriteAsync("250-fake\r\n250 STARTTLS\r\n");
            else if (line == "STARTTLS")
            {
                await peer.WriteAsync("220 go\r\n");
                await peer.ReadExactlyAsync(1);
                await peer.WriteAsync("no TLS here\r\n");
                return;
            }
            else if (line == "DATA")
            {
                await peer.WriteAsync("354 go\r\n");
                await peer.ReadDataAsync();
                await peer.WriteAsync("250 ok\r\n");
            }
            else await peer.WriteAsync("250 ok\r\n");
        }
    }

    private static DeliveryCase To(FakeSmtpServer server, Func<DeliveryOptions, DeliveryOptions>? options = null, bool start = true, ClientTlsMode tls = ClientTlsMode.Opportunistic, FakeSmtpServer? second = null)
    {
        DeliveryCase world = new DeliveryCase().RouteTo("example.net", TransportKind.Smtp, second is null ? [server.EndPoint] : [server.EndPoint, second.EndPoint]);
        world.Routes["example.net"].Tls = tls;
        if (options is not null) world.Options = options(world.Options);
        return start ? world.Start() : world;
    }
}
