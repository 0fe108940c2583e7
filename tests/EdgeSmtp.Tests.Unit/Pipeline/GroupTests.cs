using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class GroupTests : DriverTest
{
    // FILTER-API 5.4: a group gives the verdict that a sequential run would have given. Here also: the same facts, the same changes, the same decider.
    [Fact]
    public async Task RandomPlans_InGroups_GiveWhatASequentialRunGives()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            RandomPlan plan = new(seed, recipients: seed % 4);
            string sequential = await plan.RunAsync(1, 1, 1, 1, 1);
            Assert.Equal($"{seed}: {sequential}", $"{seed}: {await plan.RunAsync(5)}");
            Assert.Equal($"{seed}: {sequential}", $"{seed}: {await plan.RunAsync(1, 3, 1)}");
            Assert.Equal($"{seed}: {sequential}", $"{seed}: {await plan.RunAsync(2, 3)}");
        }
    }

    [Fact]
    public async Task Members_AreAllStartedBeforeAnyIsAwaited()
    {
        TaskCompletionSource<Verdict> first = new();
        ProbeFilter second = ProbeFilter.AtRcpt(null);
        Harness.AddGroup("group", [PipelineHarness.Instance("a", new ProbeFilter { OnRcpt = (_, _, _) => new(first.Task) }), PipelineHarness.Instance("b", second)]);
        await using FilterRun run = Begin();
        ValueTask<Verdict> pending = Rcpt(run);
        Assert.Equal(["rcpt"], second.Calls);
        Assert.False(pending.IsCompleted);
        first.SetResult(Verdict.From(ProbeFilter.Later));
        Assert.Same(ProbeFilter.Later, (await pending).Reason);
    }

    [Fact]
    public async Task Rest_OfADecidedGroup_IsCancelledAndAwaited()
    {
        TaskCompletionSource<Verdict> decides = new();
        TaskCompletionSource leaves = new();
        CancellationToken seen = default;
        bool hasEnded = false;
        ProbeFilter slow = new()
        {
            OnRcpt = async (_, _, token) =>
            {
                seen = token;
                await leaves.Task;
                hasEnded = true;
                return Verdict.From(ProbeFilter.Gone);
            },
        };
        Harness.AddGroup("group", [PipelineHarness.Instance("a", new ProbeFilter { OnRcpt = (_, _, _) => new(decides.Task) }), PipelineHarness.Instance("b", slow)]);
        await using FilterRun run = Begin();
        ValueTask<Verdict> pending = Rcpt(run);
        decides.SetResult(Verdict.From(ProbeFilter.Refused));
        Assert.True(seen.IsCancellationRequested);
        Assert.False(pending.IsCompleted);
        leaves.SetResult();
        Assert.Same(ProbeFilter.Refused, (await pending).Reason);
        Assert.True(hasEnded);
        // What a cancelled member said is neither taken nor counted.
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Verdicts, "b", "rcpt", "disconnect", "gone"));
    }

    [Fact]
    public async Task LaterMember_ThatRejectsFirst_WaitsForTheEarlierOnes()
    {
        TaskCompletionSource<Verdict> first = new();
        Harness.AddGroup("group", [
            PipelineHarness.Instance("a", new ProbeFilter { OnRcpt = (_, _, _) => new(first.Task) }),
            PipelineHarness.Instance("b", ProbeFilter.AtRcpt(ProbeFilter.Refused))]);
        await using FilterRun run = Begin();
        ValueTask<Verdict> pending = Rcpt(run);
        Assert.False(pending.IsCompleted);
        first.SetResult(Verdict.From(ProbeFilter.Gone));
        Assert.Same(ProbeFilter.Gone, (await pending).Reason);
        Assert.Equal("a", run.DecidedBy);
    }

    [Fact]
    public async Task Members_DoNotSeeEachOthersScores_AndTheNextStepDoes()
    {
        double seenInside = -1;
        double seenBehind = -1;
        FilterInstance giver = PipelineHarness.Instance("giver", context => new ProbeFilter
        {
            OnRcpt = (transaction, _, _) =>
            {
                context.AddScore(transaction, "list", 3);
                return Verdict.Continue;
            },
        });
        FilterInstance Reader(string name, Action<double> see) => PipelineHarness.Instance(name, context => new ProbeFilter
        {
            OnRcpt = (transaction, _, _) =>
            {
                see(context.TotalScore(transaction));
                return Verdict.Continue;
            },
        });
        Harness.AddGroup("group", [giver, Reader("inside", total => seenInside = total)]).Add(Reader("behind", total => seenBehind = total));
        await using FilterRun run = Begin();
        await Rcpt(run);
        Assert.Equal(0, seenInside);
        Assert.Equal(3, seenBehind);
    }

    [Fact]
    public async Task Member_ThatIgnoresItsCancellation_IsLeftBehind()
    {
        Harness.AddGroup("group", [
            PipelineHarness.Instance("a", ProbeFilter.AtRcpt(ProbeFilter.Refused)),
            PipelineHarness.Instance("b", new ProbeFilter { OnRcpt = (_, _, _) => new(new TaskCompletionSource<Verdict>().Task) })]);
        await using FilterRun run = Begin();
        ValueTask<Verdict> pending = Rcpt(run);
        Harness.Time.Advance(EdgeSmtp.Pipeline.Driving.CallWatch.Grace);
        Assert.Same(ProbeFilter.Refused, (await pending).Reason);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Stuck, "b"));
    }
}
