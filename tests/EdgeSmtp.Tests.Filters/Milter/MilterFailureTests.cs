using CsCheck;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Testing.Harness;
using Xunit;
using static EdgeSmtp.Tests.Filters.Milter.MilterPackets;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>Milters that are not there, too slow, or mad.</summary>
public sealed class MilterFailureTests : MilterTest
{
    private const string Kinds = "+-24abcdefhimpqrsty";

    [Fact]
    public async Task Milter_NotThere_IsAFailureEachTime()
    {
        Milter.Kill();
        FilterHarness harness = Make();
        await Assert.ThrowsAsync<MilterException>(async () => await harness.MailAsync());
        await Assert.ThrowsAsync<MilterException>(async () => await harness.RcptAsync());
        await Assert.ThrowsAsync<MilterException>(async () => await harness.MessageAsync("Subject: x\r\n\r\n"u8.ToArray()));
    }

    [Fact]
    public async Task Milter_NotThere_Quarantines_WhereThatIsWanted()
    {
        Milter.Kill();
        Assert.Same(MilterFilter.Failed, (await SendAsync(Make(static options => options with { OnFailure = MilterFailureAction.Quarantine }))).Reason);
    }

    [Theory]
    [InlineData('C')]
    [InlineData('M')]
    [InlineData('R')]
    [InlineData('L')]
    [InlineData('B')]
    [InlineData('E')]
    public async Task Milter_ClosingAtAnyCommand_IsAFailure_AndTheNextMessageFindsItAgain(char command)
    {
        Milter.On(command, packets: null);
        FilterHarness harness = Make();
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(harness));
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Equal(2, Milter.Connections);
    }

    [Fact]
    public async Task Milter_RestartedBetweenMessages_IsNotNoticed()
    {
        FilterHarness harness = Make();
        await SendAsync(harness);
        Milter.Kill();
        Milter.Restart();
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Equal(2, Milter.Commands.Count(static heard => heard[0] == 'C'));
    }

    [Theory]
    [InlineData('O')]
    [InlineData('M')]
    [InlineData('E')]
    public async Task Milter_ThatFreezes_FailsAtItsDeadline(char command)
    {
        FilterHarness harness = Make();
        if (command == 'O')
        {
            Milter.Negotiation = [];
        }
        else
        {
            Milter.On(command, []);
        }

        Task<Verdict> pending = SendAsync(harness);
        await WaitForAsync(() => command == 'O' ? Milter.Connections == 1 : Milter.Heard is [.., var last] && last[0] == command);
        while (!pending.IsCompleted)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(6));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        MilterException failure = await Assert.ThrowsAsync<MilterException>(() => pending);
        Assert.Contains("no answer within", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_BeginsTheDeadlineAnew()
    {
        FilterHarness harness = Make();
        Milter.On('E', Packet('p'), Packet('p'), Packet('c'));
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
    }

    // Signs of progress hold our own deadline off, so that the driver's ends the call.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Recipient_GivenUpByTheDriver_IsNotForgotten(int before)
    {
        FilterHarness harness = Make();
        await harness.MailAsync();
        for (int i = 0; i < before; i++)
        {
            Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync($"{i}@example.com")).Kind);
        }

        Milter.On('R', Packet('p'));
        using CancellationTokenSource deadline = new();
        Task<Verdict> pending = harness.RcptAsync("slow@example.com", deadline.Token).AsTask();
        await WaitForAsync(() => Milter.Commands.Any(static heard => heard.Contains("slow", StringComparison.Ordinal)));
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);

        if (before == 0)
        {
            // Nothing was said of anybody, so that it can be told anew.
            Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync("last@example.com")).Kind);
            Assert.Equal(["M<sender@example.org>|", "R<last@example.com>|"], Milter.Commands.TakeLast(2));
            return;
        }

        await Assert.ThrowsAsync<MilterException>(async () => await harness.RcptAsync("last@example.com"));
        await Assert.ThrowsAsync<MilterException>(async () => await harness.MessageAsync("Subject: x\r\n\r\n"u8.ToArray()));
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
    }

    public static TheoryData<byte[]> Garbage => new(
        [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0], [0x7F, 0xFF, 0xFF, 0xFF, 0], "220 mail.example.org ESMTP\r\n"u8.ToArray(), Packet('Z'), Packet('c', 1, 2, 3)[..0],
        Packet('i', 0, 0), Packet('m', 0xFF, 0xFF, 0xFF, 0xFF, (byte)'X', 0, (byte)'y', 0), Packet('h', "X-A"u8), Packet('h', "X-A\0no end"u8), Packet('y', "550 5.7.1 no end"u8), Packet('s'), Packet('O', 1));

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Milter_ThatAnswersGarbage_IsAFailure(byte[] garbage)
    {
        if (garbage.Length == 0)
        {
            Milter.On('E', packets: null);
        }
        else
        {
            Milter.On('E', garbage);
        }

        await Assert.ThrowsAsync<MilterException>(() => SendAsync(Make()));
    }

    // Whole packets of every kind with anything in them, then the end: a verdict, or a failure that the driver knows what to do with.
    [Fact]
    public async Task AnyPackets_AtTheEnd_GiveAVerdictOrAFailure()
    {
        FilterHarness harness = Make(static options => options with { Changes = Enum.GetValues<MilterChange>(), BreakerFailures = 1_000 });
        Gen<byte[]> packet = Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Byte[0, 127].Array[0, 20]).Select(static (kind, data) => Packet(Kinds[kind], data));
        List<byte[][]> answers = [];
        packet.Array[1, 6].Sample(answers.Add, iter: 200, threads: 1);
        foreach (byte[][] answer in answers)
        {
            Milter.On('E', [.. answer, Packet('c')]);
            Exception? failure = await Record.ExceptionAsync(() => SendAsync(harness));
            Assert.True(failure is null or MilterException or ArgumentException, $"{failure}");
        }
    }

    public static TheoryData<byte[]> Negotiations => new(
        Packet('c'), Packet('O', 0, 0, 0, 6), Negotiation(1, 0, 0), Negotiation(7, 0, 0), Negotiation(6, 0, 0x40000000), Negotiation(6, 0, 0x800),
        Negotiation(6, 0, 0, [0, 0, 0, 9, (byte)'i', 0]), Negotiation(6, 0, 0, [0, 0, 0, 1, (byte)'i']));

    [Theory]
    [MemberData(nameof(Negotiations))]
    public async Task Negotiation_ThatCannotBeKept_IsAFailure(byte[] answer)
    {
        Milter.Negotiation = answer;
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(Make()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Negotiation_WithAnOlderMilter_Works(int version)
    {
        Milter.Negotiation = Negotiation(version, 0x3F, 0);
        Assert.Equal(VerdictKind.Continue, (await SendAsync(Make())).Kind);
    }

    [Fact]
    public async Task Answer_NobodyAskedFor_CostsTheConnection()
    {
        FilterHarness harness = Make();
        Milter.On('E', Packet('c'), Packet('c'));
        await SendAsync(harness);
        await SendAsync(harness);
        Assert.Equal(2, Milter.Connections);
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_FailAndComeBack()
    {
        FilterHarness harness = Make(static options => options with { ConnectionsMax = 1 });
        await SendAsync(harness);
        ISessionEndFilter filter = (ISessionEndFilter)harness.Filter;
        Session first = harness.Session;
        harness.NextSession();
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(harness));
        await filter.OnSessionEndAsync(first);
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
    }

    [Fact]
    public async Task Breaker_AfterFailures_LeavesTheMilterAlone()
    {
        FilterHarness harness = Make(static options => options with { BreakerFailures = 2 });
        Milter.Negotiation = Packet('c');
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<MilterException>(() => SendAsync(harness));
        }

        Milter.Negotiation = Negotiation(6, 0, 0);
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(harness));
        Assert.Equal(2, Milter.Connections);
        harness.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
    }

    [Fact]
    public async Task Sessions_HoweverTheyEnd_LeaveNoConnection()
    {
        FilterHarness harness = Make();
        for (int i = 0; i < 20; i++)
        {
            if (i % 3 == 0)
            {
                Milter.On('E', packets: null);
            }

            _ = await Record.ExceptionAsync(() => SendAsync(harness));
            await harness.EndAsync();
            harness.NextSession();
        }

        await WaitForAsync(() => Milter.Open == 0);
        Assert.Equal(20, Milter.Connections);
    }
}
