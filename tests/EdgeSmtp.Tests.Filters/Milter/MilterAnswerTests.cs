using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Testing.Harness;
using Xunit;
using static EdgeSmtp.Tests.Filters.Milter.MilterPackets;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>What the filter makes of a milter's answers.</summary>
public sealed class MilterAnswerTests : MilterTest
{
    [Theory]
    [InlineData('C')]
    [InlineData('H')]
    [InlineData('M')]
    [InlineData('T')]
    [InlineData('L')]
    [InlineData('N')]
    [InlineData('B')]
    [InlineData('E')]
    public async Task Reject_AtAnyCommand_RejectsTheMessage(char command)
    {
        Milter.On(command, Packet('r'));
        Assert.Same(MilterFilter.Rejected, (await SendAsync(Make())).Reason);
    }

    [Theory]
    [InlineData('C')]
    [InlineData('M')]
    [InlineData('R')]
    [InlineData('E')]
    public async Task TemporaryFailure_Defers(char command)
    {
        Milter.On(command, Packet('t'));
        Assert.Same(MilterFilter.Deferred, (await SendAsync(Make())).Reason);
    }

    [Theory]
    [InlineData('4')]
    [InlineData('f')]
    public async Task Shutdown_Disconnects(char answer)
    {
        Milter.On('M', Packet(answer));
        Assert.Same(MilterFilter.Disconnected, (await SendAsync(Make())).Reason);
    }

    [Theory]
    [InlineData("550 5.7.26 SPF says no", VerdictKind.Reject, 550, "5.7.26", "SPF says no")]
    [InlineData("554 no enhanced code", VerdictKind.Reject, 554, "5.7.1", "no enhanced code")]
    [InlineData("451 4.7.1 Greylisted, come back", VerdictKind.Defer, 451, "4.7.1", "Greylisted, come back")]
    [InlineData("421 4.3.2 Going down", VerdictKind.Disconnect, 421, "4.3.2", "Going down")]
    [InlineData("550 4.7.1 of another class", VerdictKind.Reject, 550, "5.7.1", "4.7.1 of another class")]
    [InlineData("550-5.7.1 first line\r\n550 5.7.1 100%% second", VerdictKind.Reject, 550, "5.7.1", "first line 100% second")]
    [InlineData("550", VerdictKind.Reject, 550, "5.7.1", "Rejected by policy")]
    [InlineData("550 5.7.1 nasty\tbell\a \u00fcml", VerdictKind.Reject, 550, "5.7.1", "nasty?bell? ?ml")]
    public async Task ReplyCode_IsAnsweredInTheMiltersWords(string reply, VerdictKind kind, int code, string enhanced, string text)
    {
        Milter.On('E', Texts('y', reply));
        FilterReason reason = (await SendAsync(Make())).Reason!;
        Assert.Equal((kind, code, enhanced, text), (reason.Kind, reason.Code, reason.EnhancedCode, reason.Text));
    }

    [Fact]
    public async Task ReplyCode_OfAnyLength_IsCut()
    {
        Milter.On('E', Texts('y', "550 5.7.1 " + new string('x', 5000)));
        Assert.Equal(400, (await SendAsync(Make())).Reason!.Text.Length);
    }

    [Theory]
    [InlineData("250 2.0.0 fine")]
    [InlineData("no code")]
    [InlineData("")]
    [InlineData("600 x")]
    public async Task ReplyCode_ThatRefusesNothing_IsAFailure(string reply)
    {
        Milter.On('E', Texts('y', reply));
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(Make()));
    }

    [Fact]
    public async Task Refusal_OfARecipient_IsHisAlone()
    {
        FilterHarness harness = Make();
        Milter.On('R', Texts('y', "550 5.1.1 No such user")).On('R', Packet('c'));
        await harness.MailAsync();
        Assert.Equal(550, (await harness.RcptAsync("first@example.com")).Reason!.Code);
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync("second@example.com")).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.MessageAsync("Subject: x\r\n\r\nText.\r\n"u8.ToArray()))[0].Kind);
        Assert.Contains("E", Milter.Commands);
    }

    [Theory]
    [InlineData('C')]
    [InlineData('H')]
    public async Task Accept_OfTheClient_EndsTheWholeDialogue(char command)
    {
        Milter.On(command, Packet('a'));
        FilterHarness harness = Make();
        await SendAsync(harness);
        await SendAsync(harness);
        await WaitForAsync(() => Milter.Open == 0);
        Assert.Equal(1, Milter.Connections);
        Assert.DoesNotContain(Milter.Commands, static heard => heard[0] == 'M');
    }

    [Theory]
    [InlineData('M')]
    [InlineData('R')]
    [InlineData('T')]
    [InlineData('L')]
    [InlineData('B')]
    public async Task Accept_OfTheMessage_EndsThatOneAlone(char command)
    {
        Milter.On(command, Packet('a'));
        FilterHarness harness = Make();
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.DoesNotContain("E", Milter.Commands);
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Single(Milter.Commands, static heard => heard == "E");
        Assert.DoesNotContain("A", Milter.Commands);
    }

    [Fact]
    public async Task Rejection_OfTheClient_HoldsForEveryMessage()
    {
        Milter.On('C', Packet('r'));
        FilterHarness harness = Make();
        Assert.Same(MilterFilter.Rejected, (await SendAsync(harness)).Reason);
        Assert.Same(MilterFilter.Rejected, (await SendAsync(harness)).Reason);
        Assert.Equal(1, Milter.Connections);
    }

    [Theory]
    [InlineData(MilterDiscardAction.Quarantine, VerdictKind.Quarantine)]
    [InlineData(MilterDiscardAction.Reject, VerdictKind.Reject)]
    [InlineData(MilterDiscardAction.Discard, VerdictKind.Discard)]
    public async Task Discard_IsWhatTheOptionSays(MilterDiscardAction action, VerdictKind kind)
    {
        Milter.On('E', Packet('d'));
        Assert.Equal(kind, (await SendAsync(Make(options => options with { OnDiscard = action }))).Kind);
    }

    [Fact]
    public async Task Postmaster_WhoseMailStageWasLeftOut_IsStillAskedAbout()
    {
        FilterHarness harness = Make();
        Milter.On('E', Packet('r'));
        harness.Transaction.AddRecipient("postmaster@example.com");
        RecipientVerdicts verdicts = await harness.MessageAsync("Subject: x\r\n\r\nText.\r\n"u8.ToArray());
        Assert.Equal(VerdictKind.Reject, verdicts[0].Kind);
        Assert.Equal("CHM", string.Concat(Milter.Commands.Select(static heard => heard[0]))[..3]);
    }
}
