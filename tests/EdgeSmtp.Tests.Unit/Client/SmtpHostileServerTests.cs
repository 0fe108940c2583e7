using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>Servers that close, fall silent, or send nonsense at each point of the dialogue.</summary>
public sealed class SmtpHostileServerTests
{
    private const string Message = "Subject: x\r\n\r\nhi\r\n";

    public static TheoryData<string, bool> Points => new()
    {
        { "MAIL", true }, { "RCPT", true }, { "DATA", true }, { ".", true },
        { "MAIL", false }, { "RCPT", false }, { "DATA", false }, { ".", false },
    };

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Send_ServerCloses_OnlyAfterTheContentIsItDecided(string point, bool pipelining)
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith(point, StringComparison.Ordinal) ? "close" : null };
        SmtpSendResult result = await SendAsync(server, pipelining);

        // Before the final dot nothing can have been taken, so another host may be tried; behind it that would make duplicates.
        Assert.Equal(point == "." ? RecipientOutcome.Temporary : RecipientOutcome.NotTried, result.Recipients[0].Outcome);
        Assert.Equal(WireFailure.Closed, result.Failure!.Wire);
        Assert.Equal(point == "MAIL", result.Failure.BeforeFirstReply);
    }

    [Theory]
    [InlineData("MAIL", RecipientOutcome.NotTried)]
    [InlineData("RCPT", RecipientOutcome.NotTried)]
    [InlineData("BDAT", RecipientOutcome.Temporary)]
    public async Task Send_ServerClosesWhileAChunkRidesBehindTheEnvelope_IsDecidedOnceSomebodyWasAccepted(string point, RecipientOutcome outcome) // RFC 5321 §4.5.3.2.6
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith(point, StringComparison.Ordinal) ? "close" : null };
        server.Extensions.Add("CHUNKING");
        SmtpSendResult result = await SendAsync(server, pipelining: true);

        // The chunk is on its way from the first command on, and who was accepted may have it; while nobody was accepted no server takes it.
        Assert.Equal(outcome, result.Recipients[0].Outcome);
        Assert.Equal(outcome == RecipientOutcome.Temporary, result.Recipients[0].IsLocal);
        Assert.Equal(WireFailure.Closed, result.Failure!.Wire);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Send_ServerSays421_ConnectionIsOver(string point, bool pipelining) // RFC 5321 §3.8
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith(point, StringComparison.Ordinal) ? "421 4.3.2 closing" : null };
        SmtpSendResult result = await SendAsync(server, pipelining);
        Assert.Equal(point is "RCPT" or "." ? RecipientOutcome.Temporary : RecipientOutcome.NotTried, result.Recipients[0].Outcome);
        Assert.Equal(421, result.Failure!.Reply!.Code);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Send_ServerFallsSilent_TimesOut(string point, bool pipelining)
    {
        FakeTimeProvider time = new();
        TaskCompletionSource silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeSmtpServer server = new();
        server.OnCommand = async line =>
        {
            if (!line.StartsWith(point, StringComparison.Ordinal)) return;
            silent.TrySetResult();
            await done.Task;
        };
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options() with { Pipelining = pipelining }, time, CancellationToken.None);
        using SmtpClientConnection connection = opened.Connection!;
        Task<SmtpSendResult> sending = connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None).AsTask();
        await silent.Task;
        SmtpSendResult result = await AdvanceUntilDone(time, sending);
        done.SetResult();
        Assert.Equal(WireFailure.TimedOut, result.Failure!.Wire);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task Send_EachStep_HasItsOwnLimit() // RFC 5321 §4.5.3.2
    {
        TimerRecorder time = new();
        SmtpTimeouts limits = new()
        {
            Greeting = TimeSpan.FromSeconds(1001),
            Hello = TimeSpan.FromSeconds(1002),
            Mail = TimeSpan.FromSeconds(1003),
            Rcpt = TimeSpan.FromSeconds(1004),
            DataInitiation = TimeSpan.FromSeconds(1005),
            DataBlock = TimeSpan.FromSeconds(1006),
            DataTermination = TimeSpan.FromSeconds(1007),
            Quit = TimeSpan.FromSeconds(1008),
        };
        await using FakeSmtpServer server = new();
        SmtpClientOptions options = ClientCase.Options() with { Pipelining = false, Timeouts = limits };
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), options, time, CancellationToken.None);
        await opened.Connection!.SendAsync(ClientCase.Transaction(Message, "a@example.net", "b@example.net"), CancellationToken.None);
        await opened.Connection.QuitAsync();

        // Timer 0 is that of the dial, 1 that of reading, 2 that of writing.
        Assert.Equal([30.0], time.SecondsOf(0));
        Assert.Equal([1001.0, 1002, 1003, 1004, 1004, 1005, 1007, 1008], time.SecondsOf(1));
        Assert.Equal([1002.0, 1006, 1006, 1006, 1006, 1006, 1008], time.SecondsOf(2));
    }

    [Fact]
    public void Timeouts_Defaults_AreThoseOfTheRfc() // RFC 5321 §4.5.3.2.1 to §4.5.3.2.6
    {
        SmtpTimeouts limits = SmtpTimeouts.Default;
        Assert.Equal([5.0, 5, 5, 2, 3, 10], new[] { limits.Greeting, limits.Mail, limits.Rcpt, limits.DataInitiation, limits.DataBlock, limits.DataTermination }.Select(limit => limit.TotalMinutes));
    }

    [Theory]
    [InlineData("hello there\r\n")]
    [InlineData("99 x\r\n")]
    [InlineData("600 x\r\n")]
    [InlineData("250-a\r\n251 b\r\n")]
    [InlineData("\r\n")]
    [InlineData("354 what\r\n")]
    public async Task Send_NonsenseForAReply_IsOutOfStep(string nonsense)
    {
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync("220 hi\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("250 fake\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync(nonsense);
            await peer.DrainAsync();
        });
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(), TimeProvider.System, CancellationToken.None);
        using SmtpClientConnection connection = opened.Connection!;
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None);
        Assert.Equal((RecipientOutcome.NotTried, WireFailure.OutOfStep), (result.Recipients[0].Outcome, result.Failure!.Wire));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_ReplyWithoutEnd_IsCutOff(bool lines)
    {
        await using LoopbackServer server = new(async peer =>
        {
            string piece = lines ? "220-more\r\n" : new string('x', 4096);
            await peer.WriteAsync("220-");
            while (true) await peer.WriteAsync(piece);
        });
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint);
        Assert.Equal((ConnectStage.Greeting, WireFailure.OutOfStep), (failure.Stage, failure.Wire));
    }

    [Fact]
    public async Task Open_GreetingDripsByteByByte_TheWholeReplyHasOneLimit()
    {
        FakeTimeProvider time = new();
        using CancellationTokenSource stop = new();
        await using LoopbackServer server = new(async peer =>
        {
            for (int i = 0; i < 100_000 && !stop.IsCancellationRequested; i++)
            {
                await peer.WriteAsync("220-x\r\n"[(i % 7)..((i % 7) + 1)]);
                // Less than the limit passes between two bytes, ever.
                time.Advance(TimeSpan.FromSeconds(10));
                await Task.Yield();
            }
        });
        SmtpClientOptions options = ClientCase.Options() with { Dial = new DialOptions { ConnectTimeout = TimeSpan.FromDays(40) } };
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint, options, time);
        await stop.CancelAsync();
        Assert.Contains(failure.Wire, new[] { WireFailure.TimedOut, WireFailure.OutOfStep });
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 hi\r\n")]
    [InlineData("220 hi\r\n250-fake\r\n")]
    public async Task Open_ServerCloses_Fails(string said)
    {
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync(said);
            peer.HalfClose();
            await peer.DrainAsync();
        });
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint);
        Assert.Equal(WireFailure.Closed, failure.Wire);
    }

    [Fact]
    public async Task Send_ServerRefusesWithinTheContent_ItsReplyCounts()
    {
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync("220 hi\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("250-fake\r\n250 PIPELINING\r\n");
            for (int i = 0; i < 3; i++) await peer.ReadLineAsync();
            await peer.WriteAsync("250 ok\r\n250 ok\r\n354 go\r\n");
            await peer.ReadExactlyAsync(1000);
            await peer.WriteAsync("552 5.3.4 too large\r\n");
            peer.HalfClose();
            await peer.DrainAsync();
        });
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(), TimeProvider.System, CancellationToken.None);
        using SmtpClientConnection connection = opened.Connection!;
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction("Subject: x\r\n\r\n" + new string('x', 500_000) + "\r\n", "a@example.net"), CancellationToken.None);
        Assert.Equal((RecipientOutcome.Permanent, 552), (result.Recipients[0].Outcome, (int)result.Recipients[0].Reply!.Code));
    }

    [Fact]
    public async Task Send_CallerGivesUp_Throws()
    {
        using CancellationTokenSource stop = new();
        await using FakeSmtpServer server = new() { OnCommand = line => line == "DATA" ? stop.CancelAsync() : Task.CompletedTask, Reply = line => line == "DATA" ? string.Empty : null };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), stop.Token));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task Quit_ServerNeverAnswers_EndsInTime()
    {
        FakeTimeProvider time = new();
        await using FakeSmtpServer server = new() { Reply = line => line == "QUIT" ? string.Empty : null };
        SmtpConnectResult opened = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(), time, CancellationToken.None);
        await AdvanceUntilDone(time, opened.Connection!.QuitAsync().AsTask());
        Assert.False(opened.Connection.IsUsable);
    }

    internal static async Task<T> AdvanceUntilDone<T>(FakeTimeProvider time, Task<T> task)
    {
        await AdvanceUntilDone(time, (Task)task);
        return await task;
    }

    internal static async Task AdvanceUntilDone(FakeTimeProvider time, Task task, TimeSpan? step = null)
    {
        while (!task.IsCompleted)
        {
            time.Advance(step ?? TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await task;
    }

    private static async Task<SmtpSendResult> SendAsync(FakeSmtpServer server, bool pipelining)
    {
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Pipelining = pipelining });
        return await connection.SendAsync(ClientCase.Transaction(Message, "a@example.net"), CancellationToken.None);
    }
}
