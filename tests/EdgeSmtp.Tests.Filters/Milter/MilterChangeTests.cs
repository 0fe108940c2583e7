using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;
using static EdgeSmtp.Tests.Filters.Milter.MilterPackets;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>What becomes of a message that a milter changes, under the real driver and composer.</summary>
public sealed class MilterChangeTests : MilterTest
{
    private const string Trace = "Received: from client.example by localhost\r\n";
    private const string Content = "Received: from before\r\nSubject: one\r\nX-A: first\r\nX-A: second\r\n\r\nText.\r\n";
    private static readonly MilterChange[] Everything = Enum.GetValues<MilterChange>();

    [Fact]
    public async Task Nothing_LeavesTheMessageAsItIs() => Assert.Equal(Trace + Content, (await ComposeAsync()).Text);

    [Fact]
    public async Task AddHeader_StandsAtTheEndOfTheHeader()
    {
        Milter.On('E', Texts('h', "X-Added", " yes"), Packet('c'));
        Assert.Equal(Trace + Content.Replace("\r\n\r\n", "\r\nX-Added: yes\r\n\r\n", StringComparison.Ordinal), (await ComposeAsync()).Text);
    }

    [Theory]
    [InlineData(0, "X-Added: yes\r\n" + Trace + "Received: from before\r\n")]
    [InlineData(1, Trace + "X-Added: yes\r\nReceived: from before\r\n")]
    [InlineData(2, Trace + "Received: from before\r\nX-Added: yes\r\n")]
    public async Task InsertHeader_CountsAsSendmailDoes(int index, string begin)
    {
        Milter.On('E', Indexed('i', index, "X-Added", "yes"), Packet('c'));
        Assert.StartsWith(begin, (await ComposeAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InsertHeader_Folded_IsFoldedWithCrLf()
    {
        Milter.On('E', Indexed('i', 0, "DKIM-Signature", "v=1; a=rsa-sha256;\n\tb=abc"), Packet('c'));
        Assert.StartsWith("DKIM-Signature: v=1; a=rsa-sha256;\r\n\tb=abc\r\n", (await ComposeAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-A", 1, "new", "X-A: new\r\nX-A: second\r\n")]
    [InlineData("X-A", 0, "new", "X-A: new\r\nX-A: second\r\n")]
    [InlineData("x-a", 2, "new", "X-A: first\r\nx-a: new\r\n")]
    [InlineData("X-A", 2, "", "X-A: first\r\n\r\n")]
    [InlineData("X-A", 3, "third", "X-A: second\r\nX-A: third\r\n\r\n")]
    [InlineData("X-A", 3, "", "X-A: second\r\n\r\n")]
    [InlineData("Received", 1, "hidden", Trace + "Received: hidden\r\nSubject")]
    [InlineData("Received", 1, "", Trace + "Subject")]
    public async Task ChangeHeader_CountsWhatTheMilterWasShown(string name, int index, string value, string expected)
    {
        Milter.On('E', Indexed('m', index, name, value), Packet('c'));
        Assert.Contains(expected, (await ComposeAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesOfOneField_FollowOneAnother()
    {
        Milter.On('E', Indexed('m', 1, "X-A", string.Empty), Indexed('m', 1, "X-A", "was second"), Texts('h', "X-A", "last"), Indexed('m', 2, "X-A", "was last"), Packet('c'));
        Assert.EndsWith("Subject: one\r\nX-A: was second\r\nX-A: was last\r\n\r\nText.\r\n", (await ComposeAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Envelope_IsChanged()
    {
        Milter.On(
            'E', Texts('e', "<new@example.org>"), Texts('+', "<added@example.com>"), Texts('2', "<more@example.com>", "NOTIFY=NEVER"), Texts('+', "<fleeting@example.com>"),
            Texts('-', "fleeting@example.com"), Texts('-', "<RCPT@example.com>"), Packet('c'));
        Composed composed = await ComposeAsync();
        Assert.Equal("new@example.org", composed.ReversePath);
        Assert.Equal(["added@example.com", "more@example.com"], composed.Recipients);
    }

    [Fact]
    public async Task AddedRecipient_HasItsParameters()
    {
        Milter.On(
            'E', Texts('2', "<a@example.com>", "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@example.org"), Texts('2', "b@example.com", "notify=never"), Texts('2', "<c@example.com>", ""), Texts('2', "<d@example.com>"),
            Texts('2', "<fleeting@example.com>", "NOTIFY=NEVER"), Texts('-', "<fleeting@example.com>"), Packet('c'));
        Assert.Equal(
            [("a@example.com", DsnNotify.Success | DsnNotify.Delay, "rfc822;b+2Bc@example.org"), ("b@example.com", DsnNotify.Never, null), ("c@example.com", DsnNotify.Unspecified, null), ("d@example.com", DsnNotify.Unspecified, null)],
            (await ComposeAsync()).Added.Select(static added => (added.ForwardPath.ToString(), added.Notify, added.OriginalRecipient)));
    }

    [Theory]
    [InlineData("<a@example.com>", "NOTIFY=SOMETIMES")]
    [InlineData("<a@example.com>", "NOTIFY=NEVER NOTIFY=NEVER")]
    [InlineData("<a@example.com>", "SIZE=5")]
    [InlineData("<a@example.com> NOTIFY=NEVER", "")]
    [InlineData("<>", "NOTIFY=NEVER")]
    public async Task AddedRecipient_WithParametersThatAreNone_IsAFailure(string address, string parameters)
    {
        Milter.On('E', Texts('2', address, parameters), Packet('c'));
        Assert.Equal(VerdictKind.Defer, (await ComposeAsync()).Verdict);
    }

    // What they could say the message says itself, or it is the client's to say.
    [Fact]
    public async Task ChangedSender_ParametersChangeNothing()
    {
        Milter.On('E', Texts('e', "<new@example.org>", "ENVID=x RET=HDRS"), Packet('c'));
        Assert.Equal("new@example.org", (await ComposeAsync()).ReversePath);
    }

    [Fact]
    public async Task Body_InPieces_IsReplaced()
    {
        Milter.On('E', Packet('b', "new\r"u8), Packet('b', "\nbody\nwith LF"u8), Packet('c'));
        Assert.EndsWith("X-A: second\r\n\r\nnew\r\nbody\r\nwith LF\r\n", (await ComposeAsync(Everything)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_WithALoneCr_IsAFailure()
    {
        Milter.On('E', Packet('b', "smuggled\r.\r\n"u8), Packet('c'));
        Assert.Equal(VerdictKind.Defer, (await ComposeAsync(Everything)).Verdict);
    }

    [Fact]
    public async Task Quarantine_HoldsTheMessage()
    {
        Milter.On('E', Texts('q', "looks odd"), Packet('c'));
        Composed composed = await ComposeAsync();
        Assert.Equal(VerdictKind.Quarantine, composed.Verdict);
        Assert.True(composed.IsHeld);
    }

    [Fact]
    public async Task Changes_BeforeARejection_CountForNothing()
    {
        Milter.On('E', Texts('h', "X-Added", "yes"), Packet('r'));
        Composed composed = await ComposeAsync();
        Assert.Equal(VerdictKind.Reject, composed.Verdict);
        Assert.Null(composed.Text);
    }

    [Fact]
    public async Task Changes_OfAMilterThatDiesHalfWay_AreDroppedAsASet()
    {
        Milter.On('E', [.. Texts('h', "X-Added", "yes"), .. Packet('b', "half a bo"u8)]);
        using PipelineHarness harness = new();
        harness.Add(Instance("milter", Everything));
        Task<Composed> pending = ComposeAsync(harness);
        await WaitForAsync(() => Milter.Heard is [.., "E"]);
        Milter.Kill();
        Composed composed = await pending;
        Assert.Equal(VerdictKind.Defer, composed.Verdict);
        Assert.Null(composed.Text);
    }

    [Fact]
    public async Task AddingMilter_ThatDiesHalfWay_MayFailOpenWithoutItsChanges()
    {
        Milter.On('E', Texts('h', "X-Added", "yes"));
        using PipelineHarness harness = new();
        harness.Add(Instance("milter", [MilterChange.AddHeaders], new DriverOptions { OnError = FailurePolicy.Continue }));
        Task<Composed> pending = ComposeAsync(harness);
        await WaitForAsync(() => Milter.Heard is [.., "E"]);
        Milter.Kill();
        Composed composed = await pending;
        Assert.Equal(VerdictKind.Continue, composed.Verdict);
        Assert.Equal(Trace + Content, composed.Text);
    }

    [Fact]
    public void RewritingMilter_MayNotFailOpen()
    {
        using PipelineHarness harness = new();
        harness.Add(Instance("milter", [MilterChange.ChangeHeaders], new DriverOptions { OnError = FailurePolicy.Continue }));
        Assert.Null(harness.TryBuild(out IReadOnlyList<string> errors));
        Assert.Contains("milter: OnError may not be Continue, because type Milter rewrites messages", errors);
    }

    [Fact]
    public void SecondMilterWithTheBody_IsRefused_WithoutItIsNot()
    {
        using PipelineHarness both = new();
        both.Add(Instance("first", Everything)).Add(Instance("second", Everything));
        Assert.Null(both.TryBuild(out IReadOnlyList<string> errors));
        Assert.Contains("second: replaces the body, which 'first' does already; one filter a message may", errors);
        using PipelineHarness one = new();
        one.Add(Instance("first", Everything)).Add(Instance("second", new MilterFilterOptions().Changes));
        Assert.NotNull(one.TryBuild(out _));
    }

    [Fact]
    public async Task SecondMilter_SeesWhatTheFirstDid()
    {
        await using ScriptedMilter second = new();
        Milter.On('E', Texts('h', "X-First", "1"), Indexed('m', 1, "X-A", string.Empty), Packet('b', "other text\r\n"u8), Packet('c'));
        second.On('E', Indexed('m', 1, "X-A", "of the second"), Packet('c'));
        using PipelineHarness harness = new();
        harness.Add(Instance("first", Everything)).Add(Instance("second", new MilterFilterOptions().Changes, address: second.Address));
        Composed composed = await ComposeAsync(harness);
        Assert.Equal(
            ["LReceived|from before|", "LSubject|one|", "LX-A|second|", "LX-First|1|", "N", "Bother text\r\n"],
            second.Commands.Where(static heard => heard[0] is 'L' or 'N' or 'B'));
        Assert.Equal(Trace + "Received: from before\r\nSubject: one\r\nX-A: of the second\r\nX-First: 1\r\n\r\nother text\r\n", composed.Text);
    }

    [Theory]
    [InlineData('h', MilterChange.Quarantine)]
    [InlineData('m', MilterChange.AddHeaders)]
    [InlineData('b', MilterChange.AddHeaders)]
    [InlineData('+', MilterChange.AddHeaders)]
    [InlineData('-', MilterChange.AddHeaders)]
    [InlineData('e', MilterChange.AddHeaders)]
    [InlineData('q', MilterChange.AddHeaders)]
    public async Task Change_ThatIsNotAllowed_IsAFailure(char kind, MilterChange allowed)
    {
        Milter.On('E', kind switch { 'h' => Texts(kind, "X-A", "x"), 'm' => Indexed(kind, 1, "X-A", "x"), _ => Texts(kind, "x@example.com") }, Packet('c'));
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(Make(options => options with { Changes = [allowed] })));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task Changes_UpToTheLimit_AreMade(int count, bool isMade)
    {
        Milter.On('E', [.. Enumerable.Repeat(Texts('h', "X-A", "x"), count), Packet('c')]);
        FilterHarness harness = Make(static options => options with { ChangesMax = 10 });
        Exception? failure = await Record.ExceptionAsync(() => SendAsync(harness));
        Assert.Equal(isMade, failure is null);
        Assert.Equal(isMade ? count : 0, harness.Context.ChangeLog.Count);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public async Task Changes_UpToTheirBytes_AreMade(int bytes, bool isMade)
    {
        Milter.On('E', Packet('b', Encoding.ASCII.GetBytes(new string('x', bytes))), Packet('c'));
        FilterHarness harness = Make(static options => options with { ChangedBytesMax = 4096, Changes = Everything });
        Exception? failure = await Record.ExceptionAsync(() => SendAsync(harness));
        Assert.Equal(isMade, failure is null);
    }

    [Theory]
    [InlineData("<no address at all>")]
    [InlineData("a@b@c d")]
    [InlineData("<>")]
    public async Task Recipient_ThatIsNone_IsAFailureAndNothingIsDone(string address)
    {
        Milter.On('E', Texts('h', "X-Added", "yes"), Texts('+', address), Packet('c'));
        Composed composed = await ComposeAsync();
        Assert.Equal(VerdictKind.Defer, composed.Verdict);
    }

    [Theory]
    [InlineData('M')]
    [InlineData('L')]
    public async Task Change_BeforeTheEnd_IsAFailure(char command)
    {
        Milter.On(command, Texts('h', "X-A", "x"), Packet('c'));
        await Assert.ThrowsAsync<MilterException>(() => SendAsync(Make()));
    }

    private FilterInstance Instance(string name, IReadOnlyList<MilterChange> changes, DriverOptions? driver = null, string? address = null) =>
        new(name, Registrations.Single(static filters => filters.AddMilter()), new MilterFilterOptions { Address = address ?? Milter.Address, Changes = changes }, driver ?? new DriverOptions());

    private async Task<Composed> ComposeAsync(IReadOnlyList<MilterChange>? changes = null)
    {
        using PipelineHarness harness = new();
        harness.Add(Instance("milter", changes ?? new MilterFilterOptions().Changes));
        return await ComposeAsync(harness);
    }

    private static async Task<Composed> ComposeAsync(PipelineHarness harness)
    {
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new();
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.MailAsync(transaction);
        TestRecipient recipient = transaction.Ask("rcpt@example.com");
        await run.RcptAsync(transaction, recipient);
        transaction.Accept(recipient);
        using TestMessageContent content = new(Trace + Content, Trace.Length);
        transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        await run.MessageAsync(transaction, null, verdicts);
        if (verdicts[0].Kind >= VerdictKind.Defer)
        {
            return new Composed(verdicts[0].Kind, null, null, [], false);
        }

        DeliveryGroup group = Assert.Single(await run.ComposeAsync(transaction, verdicts));
        return new Composed(
            verdicts[0].Kind, Encoding.UTF8.GetString(group.Content), group.ReversePath.ToString(),
            [.. group.Recipients.Select(static kept => kept.ForwardPath.ToString()), .. group.Added.Select(static added => added.ForwardPath.ToString())], group.Quarantined)
        { Added = group.Added };
    }

    private sealed record Composed(VerdictKind Verdict, string? Text, string? ReversePath, IReadOnlyList<string> Recipients, bool IsHeld)
    {
        public IReadOnlyList<EnvelopeRecipient> Added { get; init; } = [];
    }
}
