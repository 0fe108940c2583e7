using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>How a new body, or a whole new message, comes out.</summary>
public sealed class ContentCompositionTests : CompositionTest
{
    [Theory]
    [InlineData("New.\r\n")]
    [InlineData("New.")]
    public async Task ReplaceBody_KeepsTheHeaderAndEndsTheLastLine(string body)
    {
        Add("probe", changes => changes.ReplaceBody(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(body))), traits: ChangesFilter.ReplacesBody);
        await using FilterRun run = Begin();
        Assert.Equal("Received: by edge\r\nSubject: one\r\nX-A: 1\r\nX-A: 2\r\n\r\nNew.\r\n", Text(Assert.Single(await ComposeAsync(run))));
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

    private sealed record ProfileText(string Text)
    {
        public ProfileText()
            : this(string.Empty)
        {
        }
    }
}
