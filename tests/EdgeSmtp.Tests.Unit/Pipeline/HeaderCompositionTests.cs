using System.Text;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>How changes of header fields come out: places, occurrences, and what one filter leaves to the next.</summary>
public sealed class HeaderCompositionTests : CompositionTest
{
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
}
