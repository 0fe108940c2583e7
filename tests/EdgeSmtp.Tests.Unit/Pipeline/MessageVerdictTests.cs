using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class MessageVerdictTests : DriverTest
{
    public MessageVerdictTests()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        Transaction.AddRecipient("postmaster@example.com");
    }

    [Fact]
    public async Task Verdicts_OfSeveralFilters_TheMostSevereWinsPerRecipient()
    {
        Harness.Add("first", Saying(ProbeFilter.Later, ProbeFilter.Kept, null)).Add("second", Saying(ProbeFilter.Kept, ProbeFilter.Refused, null));
        await using FilterRun run = Begin();
        RecipientVerdicts verdicts = await Message(run);
        Assert.Same(ProbeFilter.Later, verdicts[0].Reason);
        Assert.Same(ProbeFilter.Refused, verdicts[1].Reason);
        Assert.Equal(VerdictKind.Continue, verdicts[2].Kind);
        Assert.Equal(["first", "second", null], Enumerable.Range(0, 3).Select(run.DeciderOf));
    }

    [Fact]
    public async Task Verdicts_OfAnEarlierFilter_AreNotSeenByALaterOne()
    {
        VerdictKind? seen = null;
        Harness.Add("first", Saying(ProbeFilter.Refused, null, null)).Add("second", ProbeFilter.AtMessage((_, verdicts) => seen = verdicts[0].Kind));
        await using FilterRun run = Begin();
        await Message(run);
        Assert.Equal(VerdictKind.Continue, seen);
    }

    [Fact]
    public async Task Stage_WithOneRecipientLeft_GoesOn()
    {
        ProbeFilter second = new();
        Harness.Add("first", Saying(ProbeFilter.Refused, ProbeFilter.Refused, ProbeFilter.Later)).Add("second", second);
        await using FilterRun run = Begin();
        await Message(run);
        Assert.Equal(["message"], second.Calls);
    }

    [Fact]
    public async Task Stage_WithEveryRecipientRejected_RunsObserversOnly()
    {
        ProbeFilter second = new();
        ProbeFilter observer = new();
        Harness.Add("first", Saying(ProbeFilter.Refused, ProbeFilter.Refused, ProbeFilter.Refused)).Add("second", second).Add("observer", observer, traits: new FilterTraits { Always = true });
        await using FilterRun run = Begin();
        await Message(run);
        Assert.Empty(second.Calls);
        Assert.Equal(["message"], observer.Calls);
    }

    [Fact]
    public async Task Stage_WithOneDisconnect_EndsThere()
    {
        ProbeFilter second = new();
        Harness.Add("first", Saying(null, ProbeFilter.Gone, null)).Add("second", second);
        await using FilterRun run = Begin();
        RecipientVerdicts verdicts = await Message(run);
        Assert.Empty(second.Calls);
        Assert.Same(ProbeFilter.Gone, verdicts[1].Reason);
    }

    [Fact]
    public async Task ExemptingFilter_AfterTheContent_SparesPostmaster()
    {
        await using FilterRun run = Begin(Saying(ProbeFilter.Refused, ProbeFilter.Refused, ProbeFilter.Refused), traits: new FilterTraits { ExemptPostmaster = true });
        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal((VerdictKind.Reject, VerdictKind.Continue), (verdicts[1].Kind, verdicts[2].Kind));
    }

    [Fact]
    public async Task Metrics_AfterTheContent_CountEachRecipient()
    {
        await using FilterRun run = Begin(Saying(ProbeFilter.Refused, ProbeFilter.Refused, null));
        await Message(run);
        Assert.Equal(2, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "message", "reject", "refused"));
    }

    [Fact]
    public async Task Metrics_OfAReasonToGoOn_AreCountedAndChangeNothing()
    {
        FilterReason noted = ProbeFilter.Noted;
        Harness.Add("first", Saying(noted, ProbeFilter.Refused, null)).Add("second", Saying(noted, noted, noted));
        await using FilterRun run = Begin();
        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Verdicts, "first", "message", "continue", "noted"));
        Assert.Equal(3, Harness.Metrics.Value(FilterMetrics.Verdicts, "second", "message", "continue", "noted"));
        Assert.Equal([null, ProbeFilter.Refused, null], Enumerable.Range(0, 3).Select(i => verdicts[i].Reason));
    }

    [Fact]
    public async Task Failure_AfterAVerdictWasSet_IsThePolicyAlone()
    {
        ProbeFilter broken = ProbeFilter.AtMessage(static (_, verdicts) =>
        {
            verdicts.SetAll(Verdict.From(ProbeFilter.Gone));
            throw new InvalidOperationException("bug");
        });
        await using FilterRun run = Begin(broken);
        Assert.Equal("filter-failed", (await Message(run))[0].Reason!.Token);
    }

    [Fact]
    public async Task Mixed_RefusedQuarantinedAndDelivered_AreSortedIntoGroups()
    {
        await using FilterRun run = Begin(Saying(ProbeFilter.Refused, ProbeFilter.Kept, null));
        RecipientVerdicts verdicts = await Message(run);
        IReadOnlyList<DeliveryGroup> groups = await run.ComposeAsync(Transaction, verdicts);
        Assert.Equal(2, groups.Count);
        Assert.Equal([1], groups.Single(static group => group.Quarantined).Recipients.Select(static recipient => recipient.Index));
        Assert.Equal([2], groups.Single(static group => !group.Quarantined).Recipients.Select(static recipient => recipient.Index));
    }

    private static ProbeFilter Saying(params FilterReason?[] reasons) => ProbeFilter.AtMessage((_, verdicts) =>
    {
        for (int i = 0; i < reasons.Length; i++)
        {
            verdicts.Set(i, reasons[i] is { } reason ? Verdict.From(reason) : Verdict.Continue);
        }
    });
}
