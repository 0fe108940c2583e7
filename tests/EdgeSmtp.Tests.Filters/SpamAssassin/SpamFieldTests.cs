using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamFieldTests : SpamAssassinTest
{
    [Fact]
    public async Task Ham_GetsItsStatus()
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(2.5, "NO_RECEIVED,NO_RELAYS"));
        await using FilterRun run = Begin(Options());
        Assert.Equal(
            ["X-Spam-Status: No, score=2.5 required=5.0 tests=NO_RECEIVED, NO_RELAYS\r\nX-Spam-Level: **\r\n" + Content],
            await ComposeAsync(run, await MessageAsync(run)));
    }

    [Theory]
    [InlineData(SpamFields.All, 0.0, "X-Spam-Status: No, score=0.0 required=5.0\r\n")]
    [InlineData(SpamFields.Spam, 0.0, "")]
    [InlineData(SpamFields.None, 0.0, "")]
    [InlineData(SpamFields.Spam, 6.0, "X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=6.0 required=5.0\r\nX-Spam-Level: ******\r\n")]
    [InlineData(SpamFields.None, 6.0, "")]
    public async Task Fields_AreWrittenForThoseThatAreConfigured(SpamFields fields, double score, string expected)
    {
        Spamd.Answers(_ => FakeSpamd.Symbols(score));
        await using FilterRun run = Begin(Options(options => options with { Fields = fields }));
        Assert.Equal([expected + Content], await ComposeAsync(run, await MessageAsync(run)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Fields_OfStrangers_AreRemovedWhateverIsWritten(int blockBytes)
    {
        const string Foreign = "X-Spam-Flag: NO\r\nx-spam-status: No, score=-99\r\n required=5\r\nX-Other: 1\r\nX-SPAM-anything : 1\r\nX-Spam-Flag: NO\r\n" + Content + "X-Spam-Flag: in the body\r\n";
        await using FilterRun run = Begin(Options(static options => options with { Fields = SpamFields.None }));
        Assert.Equal(["X-Other: 1\r\n" + Content + "X-Spam-Flag: in the body\r\n"], await ComposeAsync(run, await MessageAsync(run, Foreign, blockBytes)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Fields_OfStrangers_HoweverMany_AreAllRemoved_AndOursStay(int times)
    {
        string foreign = string.Concat(Enumerable.Range(0, times).Select(static i => $"X-Spam-Flag: NO\r\nX-Spam-{i}: 1\r\nX-Spam-{new string('x', 200)}: 1\r\n"));
        Spamd.Answers(static _ => FakeSpamd.Symbols(6));
        await using FilterRun run = Begin(Options(static options => options with { Command = SpamdCommand.Check }));
        Assert.Equal(
            ["X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=6.0 required=5.0\r\nX-Spam-Level: ******\r\n" + Content],
            await ComposeAsync(run, await MessageAsync(run, foreign + Content)));
    }

    [Fact]
    public async Task Recipients_WithOtherThresholds_GetTheirOwnFields()
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(4));
        Transaction.AddRecipient("a@strict.example");
        Transaction.AddRecipient("b@mild.example");
        Transaction.AddRecipient("c@mild.example");
        await using FilterRun run = Begin(Options(static options => options with
        {
            Fields = SpamFields.Spam,
            Recipients = new Dictionary<string, SpamProfileOptions> { ["strict.example"] = new() { Tag = 3 } },
        }));
        Assert.Equal(
            ["X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=4.0 required=3.0\r\nX-Spam-Level: ****\r\n" + Content, Content],
            await ComposeAsync(run, await MessageAsync(run)));
    }

    [Theory]
    [InlineData("Subject: one\r\n\r\n", "Subject: [SPAM] one\r\n\r\n")]
    [InlineData("subject:\r\n =?utf-8?q?one?=\r\n\ttwo\r\nTo: a\r\n\r\n", "Subject: [SPAM] =?utf-8?q?one?=\ttwo\r\nTo: a\r\n\r\n")]
    [InlineData("To: a\r\n\r\n", "Subject: [SPAM]\r\nTo: a\r\n\r\n")]
    [InlineData("Subject: [SPAM] one\r\n\r\n", "Subject: [SPAM] one\r\n\r\n")]
    [InlineData("Subject: gr\u00fc\u00dfe\r\n\r\n", "Subject: gr\u00fc\u00dfe\r\n\r\n")]
    public async Task Subject_OfSpam_IsMarked(string header, string expected)
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(6));
        await using FilterRun run = Begin(Options(static options => options with { Fields = SpamFields.None, SubjectTag = "[SPAM]" }));
        Assert.Equal([expected + "Text.\r\n"], await ComposeAsync(run, await MessageAsync(run, header + "Text.\r\n")));
    }

    [Fact]
    public async Task Subject_OfHam_IsLeftAlone()
    {
        await using FilterRun run = Begin(Options(static options => options with { Fields = SpamFields.None, SubjectTag = "[SPAM]" }));
        Assert.Equal([Content], await ComposeAsync(run, await MessageAsync(run)));
    }

    [Theory]
    [InlineData(SpamdCommand.Headers)]
    [InlineData(SpamdCommand.Process)]
    public async Task Fields_ThatSpamdWrote_AreTakenAndNothingElse(SpamdCommand command)
    {
        const string Written = "X-Spam-Checker-Version: SpamAssassin 4.0.1\r\nX-Spam-Status: Yes, score=6.0 required=5.0 tests=A,B\r\n\tautolearn=no\r\nSubject: [other] one\r\nX-Evil: 1\r\n\r\nAnother body.\r\n";
        Spamd.Answers(static _ => FakeSpamd.Answer(6, Written));
        await using FilterRun run = Begin(Options(options => options with { Command = command }));
        Assert.Equal(
            ["X-Spam-Checker-Version: SpamAssassin 4.0.1\r\nX-Spam-Status: Yes, score=6.0 required=5.0 tests=A,B autolearn=no\r\n" + Content],
            await ComposeAsync(run, await MessageAsync(run)));
        Assert.StartsWith(command == SpamdCommand.Headers ? "HEADERS " : "PROCESS ", Assert.Single(Spamd.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_IsWrittenInOneField()
    {
        Spamd.Answers(static _ => FakeSpamd.Answer(6, "Spam detection software\r\n has identified\0\r\n\r\nX-Evil: yes\r\n"));
        await using FilterRun run = Begin(Options(static options => options with { Command = SpamdCommand.Report }));
        string message = Assert.Single(await ComposeAsync(run, await MessageAsync(run)));
        Assert.Contains("\r\nX-Spam-Report: Spam detection software has identified X-Evil: yes\r\nSubject: one\r\n", message, StringComparison.Ordinal);
    }

    // A stranger's field must not make one scanner remove what another wrote, whichever comes first.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fields_OfAnotherFilter_Stay(bool isBefore)
    {
        FilterTraits traits = new() { Effect = FilterEffect.Rewrites };
        if (isBefore)
        {
            Harness.Add("other", static context => new Writer(context), traits: traits);
        }

        await using FilterRun run = Begin(Options(static options => options with { Fields = SpamFields.None }), behind: isBefore ? null : harness => harness.Add("other", static context => new Writer(context), traits: traits));
        Assert.Equal(["X-Spam-Flag: of another\r\n" + Content], await ComposeAsync(run, await MessageAsync(run, "X-Spam-Flag: NO\r\n" + Content)));
    }

    private sealed class Writer(FilterContext context) : IMessageFilter
    {
        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            IMessageChanges changes = context.Changes(transaction);
            changes.RemoveForeign("X-Spam-");
            changes.InsertHeader("X-Spam-Flag", "of another");
            return default;
        }
    }
}
