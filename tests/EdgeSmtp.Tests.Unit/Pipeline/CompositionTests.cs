using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class CompositionTests : DriverTest
{
    private const string Body = "\r\nText.\r\n";

    [Fact]
    public async Task NoChanges_GiveTheStagedBytesThemselves()
    {
        await using FilterRun run = Begin(new ProbeFilter());
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Equal(Transaction.Staged!.Bytes, group.Content);
    }

    [Fact]
    public async Task Insert_AfterTheContent_StandsOnTopAndLeavesTheContentWhereItIs()
    {
        Add("probe", static changes =>
        {
            changes.InsertHeader("X-First", "1");
            changes.InsertHeader("X-Second", "2");
        });
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Equal("X-Second: 2\r\nX-First: 1\r\n" + Content, Text(group));
        AssertShares(group.Content, Transaction.Staged!.Bytes.Slice(0));
    }

    [Fact]
    public async Task Insert_LongValue_IsFolded()
    {
        Add("probe", static changes => changes.InsertHeader("X-Long", string.Join(' ', Enumerable.Repeat("word", 40))));
        await using FilterRun run = Begin();
        string text = Text(Assert.Single(await ComposeAsync(run)));
        Assert.All(text.Split("\r\n"), static line => Assert.True(line.Length <= 78));
        Assert.Contains("\r\n word", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-A", 1, "X-A: new\r\nX-A: 2\r\n")]
    [InlineData("x-a", 2, "X-A: 1\r\nx-a: new\r\n")]
    [InlineData("X-A", -1, "X-A: 1\r\nX-A: new\r\n")]
    [InlineData("X-A", -2, "X-A: new\r\nX-A: 2\r\n")]
    [InlineData("X-A", 3, "X-A: 1\r\nX-A: 2\r\n")]
    [InlineData("X-A", -3, "X-A: 1\r\nX-A: 2\r\n")]
    public async Task Replace_ByOccurrence_CountsFromTopOrBottom(string name, int occurrence, string expected)
    {
        Add("probe", changes => changes.ReplaceHeader(name, occurrence, "new"));
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Equal("Received: by edge\r\nSubject: one\r\n" + expected + Body, Text(group));
        AssertShares(group.Content, Transaction.Staged!.Bytes.Slice(Content.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "X-A: 2\r\n")]
    [InlineData(-1, "X-A: 1\r\n")]
    public async Task Remove_ByOccurrence_TakesOneOrAll(int occurrence, string expected)
    {
        Add("probe", changes => changes.RemoveHeader("X-A", occurrence));
        await using FilterRun run = Begin();
        Assert.Equal("Received: by edge\r\nSubject: one\r\n" + expected + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    // Two filters that remove the same strangers' fields leave each other's alone, in a group and one after the other.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RemoveForeign_TakesWhatTheMessageBrought_AndNotWhatFiltersWrote(bool isGroup)
    {
        const string Trace = "X-Ours: trace\r\nReceived: by edge\r\n";
        const string Brought = "x-ours: 1\r\nSubject: one\r\nX-Ours-More:\r\n 2\r\nX-Ours : 3\r\nX-Replaced: 4\r\n";
        FilterInstance[] filters =
        [
            Changing("first", static changes =>
            {
                changes.RemoveForeign("X-OURS");
                changes.InsertHeader("X-Ours", "first");
            }),
            Changing("second", static changes =>
            {
                changes.ReplaceHeader("X-Replaced", 1, "second");
                changes.RemoveForeign("X-Ours");
                changes.RemoveForeign("X-Replaced");
                changes.InsertHeader("X-Ours", "second");
            }),
        ];
        _ = isGroup ? Harness.AddGroup("group", filters) : Harness.Add(filters[0]).Add(filters[1]);
        await using FilterRun run = Begin();
        Transaction.Staged = new TestMessageContent(Encoding.ASCII.GetBytes(Trace + Brought + Body), Trace.Length, blockBytes: 7);
        Assert.Equal("X-Ours: second\r\nX-Ours: first\r\n" + Trace + "Subject: one\r\nX-Replaced: second\r\n" + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task RemoveForeign_OfManyNames_TakesThemAll()
    {
        string brought = string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"X-Ours-{i}: 1\r\n"));
        Add("probe", static changes => changes.RemoveForeign("X-Ours"));
        await using FilterRun run = Begin();
        Transaction.Staged = new TestMessageContent(Encoding.ASCII.GetBytes(brought + "Subject: one\r\n" + Body));
        Assert.Equal("Subject: one\r\n" + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Sequential_ALaterFilterCountsWhatAnEarlierLeft()
    {
        Add("first", static changes => changes.RemoveHeader("X-A", 1));
        Add("second", static changes => changes.ReplaceHeader("X-A", 1, "second"));
        await using FilterRun run = Begin();
        Assert.Equal("Received: by edge\r\nSubject: one\r\nX-A: second\r\n" + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Group_MembersCountWhatTheGroupFoundAndTheLaterPrevails()
    {
        Harness.AddGroup("group", [
            Changing("first", static changes => changes.RemoveHeader("X-A", 1)),
            Changing("second", static changes => changes.ReplaceHeader("X-A", 1, "second")),
            Changing("third", static changes => changes.ReplaceHeader("X-A", 2, "third"))]);
        await using FilterRun run = Begin();
        Assert.Equal("Received: by edge\r\nSubject: one\r\nX-A: second\r\nX-A: third\r\n" + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Theory]
    [InlineData("New.\r\n")]
    [InlineData("New.")]
    public async Task ReplaceBody_KeepsTheHeaderAndEndsTheLastLine(string body)
    {
        Add("probe", changes => changes.ReplaceBody(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(body))), traits: ChangesFilter.ReplacesBody);
        await using FilterRun run = Begin();
        Assert.Equal("Received: by edge\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\n\r\nNew.\r\n", Text(Assert.Single(await ComposeAsync(run))));
    }

    [Theory]
    [InlineData(0, "X-New: yes\r\nReceived: by edge\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\n")]
    [InlineData(1, "Received: by edge\r\nX-New: yes\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\n")]
    [InlineData(4, "Received: by edge\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\nX-New: yes\r\n")]
    [InlineData(int.MaxValue, "Received: by edge\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\nX-New: yes\r\n")]
    public async Task Insert_AtAPosition_StandsUnderThatManyFields(int position, string expected)
    {
        Add("probe", changes => changes.InsertHeader("X-New", "yes", position));
        await using FilterRun run = Begin();
        Assert.Equal(expected + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Insert_AtAPosition_CountsWhatEarlierFiltersLeft()
    {
        Add("first", static changes => changes.RemoveHeader("X-A", 1));
        Add("second", static changes => changes.InsertHeader("X-New", "yes", 3));
        await using FilterRun run = Begin();
        Assert.Equal("Received: by edge\r\nSubject: one\r\nX-A: 2\r\nX-New: yes\r\n" + Body, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task ReplaceContent_TakesInWhatWasChangedBefore_AndIsChangedByWhatComesAfter()
    {
        Add("first", static changes => changes.InsertHeader("X-First", "1"));
        string? seen = null;
        Harness.Add(PipelineHarness.Instance(
            "whole",
            context => new ChangesFilter(context)
            {
                AtMessage = (self, transaction) =>
                {
                    seen = Encoding.ASCII.GetString(self.ContentOf(transaction));
                    self.Changes(transaction).ReplaceContent(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("X-Whole: 1\r\n" + seen)));
                },
            },
            traits: ChangesFilter.ReplacesBody));
        Add("last", static changes => changes.ReplaceHeader("X-First", 1, "2"));
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Equal("X-First: 1\r\n" + Content, seen);
        Assert.Equal("X-Whole: 1\r\nX-First: 2\r\n" + Content, Text(group));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReplaceContent_BesideAnotherChangeOfTheContent_IsAFailure(bool isFirst)
    {
        Add(
            "probe",
            changes =>
            {
                if (!isFirst)
                {
                    changes.InsertHeader("X-A", "1");
                }

                changes.ReplaceContent(new ReadOnlySequence<byte>("Subject: x\r\n\r\n"u8.ToArray()));
                changes.InsertHeader("X-A", "1");
            },
            traits: ChangesFilter.ReplacesBody);
        await using FilterRun run = Begin();
        Assert.Equal(VerdictKind.Defer, (await Message(run))[0].Kind);
    }

    [Fact]
    public async Task ReplaceBody_ByVariantsForTwoRecipients_GivesEachHisOwn()
    {
        // One filter in the order, but recipients with profiles of their own let two variants of it run on one message.
        FilterRegistration type = Registrations.Single(static registry => registry.Add<ProfileText>("Body", static (options, context) =>
            new ChangesFilter(context) { AtMessage = (self, transaction) => self.Changes(transaction).ReplaceBody(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(options.Text))) }, ChangesFilter.ReplacesBody));
        Harness.Add(new FilterInstance("body", type, new ProfileText("One."), new DriverOptions()));
        Harness.AddProfile("other", [new FilterInstance("body", type, new ProfileText("Two."), new DriverOptions())]);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        run.SetProfile(Transaction.AddRecipient("b@example.com"), "other");
        IReadOnlyList<DeliveryGroup> groups = await ComposeAsync(run);
        Assert.Equal(2, groups.Count);
        Assert.EndsWith("\r\n\r\nOne.\r\n", Text(groups[0]), StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nTwo.\r\n", Text(groups[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Envelope_ReversePathAndRecipients_AreChanged()
    {
        Transaction.AddRecipient("a@example.com");
        TestRecipient removed = Transaction.AddRecipient("b@example.com");
        Add("probe", changes =>
        {
            changes.ReplaceReversePath(TestPath.Of("bounces@example.net"));
            changes.AddRecipient(TestPath.Of("archive@example.net"));
            changes.AddRecipient(TestPath.Of("ARCHIVE@example.net"));
            changes.AddRecipient(TestPath.Of("a@example.com"));
            changes.RemoveRecipient(removed);
        });
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Equal("bounces@example.net", group.ReversePath.ToString());
        Assert.Equal("a@example.com", Assert.Single(group.Recipients).ForwardPath.ToString());
        Assert.Equal("archive@example.net", Assert.Single(group.Added).ForwardPath.ToString());
    }

    [Fact]
    public async Task AddRecipient_WhomTheClientWasRefused_IsNotLetInByTheBackDoor()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        Add("probe", static changes => changes.AddRecipient(TestPath.Of("b@example.com")));
        Harness.Add("refuse", ProbeFilter.AtMessage(static (_, verdicts) => verdicts.Set(1, Verdict.From(ProbeFilter.Refused))));
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Empty(group.Added);
        Assert.Equal([0], group.Recipients.Select(static recipient => recipient.Index));
    }

    [Fact]
    public async Task AddRecipient_WhenAllIsQuarantined_IsHeldAsWell()
    {
        Add("probe", static changes => changes.AddRecipient(TestPath.Of("archive@example.net")));
        Harness.Add("hold", ProbeFilter.AtMessage(static (_, verdicts) => verdicts.SetAll(Verdict.From(ProbeFilter.Kept))));
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.True(group.Quarantined);
        Assert.Single(group.Added);
    }

    [Fact]
    public async Task RecipientChanges_EqualOnesShareAGroup()
    {
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            Transaction.AddRecipient($"{name}@example.com");
        }

        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMessage = static (self, transaction) =>
            {
                self.Changes(transaction).InsertHeader("X-All", "yes");
                self.Changes(transaction.Recipients[1]).InsertHeader("X-Spam", "5");
                self.Changes(transaction.Recipients[2]).RemoveHeader("X-A", 0);
                self.Changes(transaction.Recipients[3]).InsertHeader("X-Spam", "5");
            },
        }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        IReadOnlyList<DeliveryGroup> groups = await ComposeAsync(run);
        Assert.Equal(3, groups.Count);
        Assert.Equal([[0], [1, 3], [2]], groups.Select(static group => group.Recipients.Select(static recipient => recipient.Index).ToArray()));
        Assert.StartsWith("X-Spam: 5\r\nX-All: yes\r\n", Text(groups[1]), StringComparison.Ordinal);
        Assert.StartsWith("X-All: yes\r\nReceived: by edge\r\nSubject: one\r\n\r\n", Text(groups[2]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_InsertedBeforeTheContent_IsWrittenOnce()
    {
        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMail = static (self, transaction) => self.Changes(transaction).InsertHeader("Received-SPF", "pass"),
            AtRcpt = static (self, transaction, _) => self.Changes(transaction).InsertHeader("X-Rcpt", "seen"),
            AtMessage = static (self, transaction) => self.Changes(transaction).InsertHeader("X-Late", "yes"),
        }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        ArrayBufferWriter<byte> trace = new();
        run.WriteTrace(Transaction, trace);
        string written = Encoding.ASCII.GetString(trace.WrittenSpan);
        Assert.Equal("X-Rcpt: seen\r\nReceived-SPF: pass\r\n", written);
        DeliveryGroup group = Assert.Single(await ComposeAsync(run, "Received: by edge\r\n" + written + "Subject: x\r\n\r\ntext\r\n"));
        Assert.Equal("X-Late: yes\r\nReceived: by edge\r\n" + written + "Subject: x\r\n\r\ntext\r\n", Text(group));
    }

    // "Remove all, then add mine" is what every tagging filter does; its own field, which stands among the trace fields by then, must survive it.
    [Fact]
    public async Task Trace_OwnFieldBehindARemoveAll_Survives()
    {
        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMail = static (self, transaction) =>
            {
                IMessageChanges changes = self.Changes(transaction);
                changes.RemoveHeader("X-Spam", 0);
                changes.InsertHeader("X-Spam", "ours");
            },
        }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        ArrayBufferWriter<byte> trace = new();
        run.WriteTrace(Transaction, trace);
        string written = Encoding.ASCII.GetString(trace.WrittenSpan);
        DeliveryGroup group = Assert.Single(await ComposeAsync(run, "Received: by edge\r\n" + written + "X-Spam: forged\r\nSubject: x\r\n\r\ntext\r\n"));
        Assert.Equal("Received: by edge\r\nX-Spam: ours\r\nSubject: x\r\n\r\ntext\r\n", Text(group));
    }

    [Fact]
    public async Task Changes_OfAFailedFilter_AreDroppedAsASet()
    {
        Add("probe", static changes =>
        {
            changes.InsertHeader("X-Half", "1");
            throw new InvalidOperationException("bug");
        }, new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Effect = FilterEffect.Annotates });
        await using FilterRun run = Begin();
        Assert.Equal(Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Changes_OfAFailedCall_DoNotRideOnTheNextCall()
    {
        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMail = static (self, transaction) =>
            {
                self.Changes(transaction).InsertHeader("X-Half", "1");
                throw new InvalidOperationException("bug");
            },
            AtRcpt = static (self, transaction, _) => self.Changes(transaction).InsertHeader("X-Whole", "1"),
        }, new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Effect = FilterEffect.Annotates });
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        Assert.Equal("X-Whole: 1\r\n" + Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Changes_OfAShadowFilter_AreNotMade()
    {
        Add("probe", static changes => changes.RemoveHeader("Subject", 0), new DriverOptions { Shadow = true });
        await using FilterRun run = Begin();
        Assert.Equal(Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Changes_OfAnEndedTransaction_AreForgotten()
    {
        Harness.Add("probe", static context => new ChangesFilter(context) { AtRcpt = static (self, transaction, _) => self.Changes(transaction).InsertHeader("X-Old", "1") }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        run.EndTransaction(Transaction);
        NextTransaction();
        await run.MailAsync(Transaction);
        Assert.Equal(Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Theory]
    [InlineData("No Name", "x")]
    [InlineData("X", "a\r\nInjected: yes")]
    [InlineData("X", "a\r\n\r\nbody")]
    [InlineData("X", "a\nb")]
    [InlineData("X", "a\0b")]
    [InlineData("X", "a\r\n \r\n b")]
    public async Task Header_ThatWouldBreakOut_IsAFailureOfTheFilter(string name, string value)
    {
        Add("probe", changes => changes.InsertHeader(name, value));
        await using FilterRun run = Begin();
        Assert.Equal("filter-failed", (await Message(run))[0].Reason!.Token);
    }

    [Fact]
    public async Task Change_BeyondTheDeclaredEffect_IsAFailureOfTheFilter()
    {
        Add("none", static changes => changes.InsertHeader("X", "1"), traits: FilterTraits.Default);
        Add("annotates", static changes => changes.RemoveHeader("X", 0), traits: new FilterTraits { Effect = FilterEffect.Annotates });
        Add("bare", static changes => changes.ReplaceBody(new ReadOnlySequence<byte>("bare\nLF"u8.ToArray())), traits: ChangesFilter.ReplacesBody);
        Add("body", static changes => changes.ReplaceBody(new ReadOnlySequence<byte>("New.\r\n"u8.ToArray())));
        await using FilterRun run = Begin();
        await Message(run);
        foreach (string name in (string[])["none", "annotates", "bare", "body"])
        {
            Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, name, "message", "exception"));
        }
    }

    [Fact]
    public async Task Change_AfterTheCallHasEnded_Throws()
    {
        IMessageChanges? kept = null;
        Add("probe", changes => kept = changes);
        await using FilterRun run = Begin();
        await Message(run);
        Assert.Throws<InvalidOperationException>(() => kept!.InsertHeader("X", "late"));
    }

    private static void AssertShares(ReadOnlySequence<byte> composed, ReadOnlySequence<byte> staged)
    {
        ReadOnlySequence<byte> tail = composed.Slice(composed.Length - staged.Length);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(tail.First, out ArraySegment<byte> a));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(staged.First, out ArraySegment<byte> b));
        Assert.Same(b.Array, a.Array);
    }

    private static FilterInstance Changing(string name, Action<IMessageChanges> change, DriverOptions? driver = null, FilterTraits? traits = null) => PipelineHarness.Instance(
        name, context => new ChangesFilter(context) { AtMessage = (self, transaction) => change(self.Changes(transaction)) }, driver, traits ?? ChangesFilter.Rewrites);

    private void Add(string name, Action<IMessageChanges> change, DriverOptions? driver = null, FilterTraits? traits = null) => Harness.Add(Changing(name, change, driver, traits));

    private sealed record ProfileText(string Text)
    {
        public ProfileText()
            : this(string.Empty)
        {
        }
    }

    private async Task<IReadOnlyList<DeliveryGroup>> ComposeAsync(FilterRun run, string content = Content) =>
        await run.ComposeAsync(Transaction, await Message(run, content: content));
}
