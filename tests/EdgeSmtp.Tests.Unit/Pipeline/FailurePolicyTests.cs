using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Pipeline.Driving;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class FailurePolicyTests : DriverTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(FailurePolicy.Defer, VerdictKind.Defer, 451)]
    [InlineData(FailurePolicy.Reject, VerdictKind.Reject, 554)]
    [InlineData(FailurePolicy.Continue, VerdictKind.Continue, 0)]
    public async Task Throw_BeforeOrAfterTheFirstAwait_GivesThePolicy(FailurePolicy policy, VerdictKind kind, int code)
    {
        DriverOptions driver = new() { OnError = policy };
        Harness.Add("sync", new ProbeFilter { OnRcpt = (_, _, _) => throw new InvalidOperationException("bug") }, driver);
        await using FilterRun before = Begin();
        Verdict first = await Rcpt(before);
        Harness.Add("late", new ProbeFilter { OnRcpt = async (_, _, _) => await ThrowLaterAsync() }, driver);
        await using FilterRun after = Begin();
        Verdict second = await Rcpt(after);
        Assert.Equal(kind, first.Kind);
        Assert.Equal(code, first.Reason?.Code ?? 0);
        Assert.Equal(first.Reason, second.Reason);
        Assert.Equal(2, Harness.Metrics.Value(FilterMetrics.Errors, "sync", "rcpt", "exception"));
        // A policy that rejects ends the stage, as any rejection does.
        Assert.Equal(policy == FailurePolicy.Reject ? 0 : 1, Harness.Metrics.Value(FilterMetrics.Errors, "late", "rcpt", "exception"));
    }

    [Theory]
    [InlineData(FailurePolicy.Defer, VerdictKind.Defer)]
    [InlineData(FailurePolicy.Reject, VerdictKind.Reject)]
    [InlineData(FailurePolicy.Continue, VerdictKind.Continue)]
    public async Task Deadline_Passed_CancelsTheFilterAndGivesThePolicy(FailurePolicy policy, VerdictKind kind)
    {
        CancellationToken seen = default;
        await using FilterRun run = Begin(Waiting(token => seen = token), new DriverOptions { Timeout = Deadline, OnTimeout = policy });
        ValueTask<Verdict> pending = Rcpt(run);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.InFlight, "probe"));
        Harness.Time.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(seen.IsCancellationRequested);
        Harness.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(seen.IsCancellationRequested);
        Assert.Equal(kind, (await pending).Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "timeout"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.InFlight, "probe"));
    }

    // Otherwise a filter that catches its cancellation and returns would fail open whatever OnTimeout says.
    [Fact]
    public async Task Deadline_PassedAndFilterReturnsAVerdict_StillGivesThePolicy()
    {
        ProbeFilter polite = new()
        {
            OnRcpt = async (_, _, token) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(token).ContinueWith(static _ => { }, TaskScheduler.Default);
                return Verdict.Continue;
            },
        };
        await using FilterRun run = Begin(polite, new DriverOptions { Timeout = Deadline });
        ValueTask<Verdict> pending = Rcpt(run);
        Harness.Time.Advance(Deadline);
        Assert.Equal(VerdictKind.Defer, (await pending).Kind);
    }

    [Fact]
    public async Task Filter_ThatIgnoresItsToken_IsLeftBehindAfterTheGrace()
    {
        TaskCompletionSource<Verdict> never = new();
        ProbeFilter filter = new() { OnRcpt = (_, _, _) => new ValueTask<Verdict>(never.Task) };
        await using FilterRun run = Begin(filter, new DriverOptions { Timeout = Deadline, OnTimeout = FailurePolicy.Reject });
        ValueTask<Verdict> pending = Rcpt(run);
        Harness.Time.Advance(Deadline);
        Assert.False(pending.IsCompleted);
        Harness.Time.Advance(CallWatch.Grace);
        Assert.Equal(VerdictKind.Reject, (await pending).Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Stuck, "probe"));
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.InFlight, "probe"));

        // It is not asked again in this session: its policy speaks at once.
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
        Assert.Single(filter.Calls);
        never.SetException(new InvalidOperationException("too late"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.InFlight, "probe"));
    }

    [Fact]
    public async Task LateFilter_OfAnotherSession_DoesNotDisturbTheNextCall()
    {
        TaskCompletionSource<Verdict> never = new();
        int calls = 0;
        ProbeFilter filter = new() { OnRcpt = (_, _, token) => calls++ == 0 ? new ValueTask<Verdict>(never.Task) : WaitAsync(token) };
        FilterPipeline pipeline = Harness.Add("probe", filter, new DriverOptions { Timeout = Deadline }).Build();
        await using FilterRun first = pipeline.Begin(Session, RejectAt.Recipient);
        ValueTask<Verdict> stuck = Rcpt(first);
        Harness.Time.Advance(Deadline);
        Harness.Time.Advance(CallWatch.Grace);
        await stuck;
        using var other = new EdgeSmtp.Testing.Sessions.TestSession();
        var transaction = new EdgeSmtp.Testing.Sessions.TestTransaction(other);
        await using FilterRun second = pipeline.Begin(other, RejectAt.Recipient);
        ValueTask<Verdict> waiting = second.RcptAsync(transaction, transaction.Ask("a@example.com"));
        never.SetResult(Verdict.From(ProbeFilter.Refused));
        Assert.False(waiting.IsCompleted);
        Harness.Time.Advance(Deadline);
        Assert.Equal("filter-timeout", (await waiting).Reason!.Token);
    }

    [Fact]
    public async Task Session_Aborted_IsNotAFailureOfTheFilter()
    {
        await using FilterRun run = Begin(Waiting(_ => { }));
        ValueTask<Verdict> pending = Rcpt(run);
        Session.Abort();
        Verdict verdict = await pending;
        Assert.Equal("session-aborted", verdict.Reason!.Token);
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "exception"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "timeout"));
        Assert.Empty(Harness.Logs.Lines);
    }

    // A look-up that hangs on session.Aborted ends with it, too.
    [Fact]
    public async Task Session_AbortedUnderALookUpOfTheSession_IsNotAFailureOfTheFilter()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnRcpt = (transaction, _, _) => WaitAsync(transaction.Session.Aborted) });
        ValueTask<Verdict> pending = Rcpt(run);
        Session.Abort();
        Assert.Equal("session-aborted", (await pending).Reason!.Token);
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "exception"));
    }

    [Fact]
    public async Task Session_AbortedDuringMessage_RefusesEveryRecipient()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnMessage = async (_, _, token) => await WaitAsync(token) });
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        Task<RecipientVerdicts> pending = Message(run);
        Session.Abort();
        RecipientVerdicts verdicts = await pending;
        Assert.All([verdicts[0], verdicts[1]], static verdict => Assert.Equal(VerdictKind.Disconnect, verdict.Kind));
        Assert.Empty(await run.ComposeAsync(Transaction, verdicts));
    }

    [Fact]
    public async Task Failures_Many_AreLoggedOnceAMinute()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnRcpt = (_, _, _) => throw new InvalidOperationException("bug") });
        for (int i = 0; i < 5; i++)
        {
            await Rcpt(run);
        }

        string line = Assert.Single(Harness.Logs.Lines);
        Assert.Contains("probe", line, StringComparison.Ordinal);
        Assert.EndsWith(nameof(InvalidOperationException), line, StringComparison.Ordinal);
        Harness.Time.Advance(TimeSpan.FromMinutes(1));
        await Rcpt(run);
        Assert.Contains("4 earlier failures", Harness.Logs.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(6, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "exception"));
    }

    [Fact]
    public async Task FailOpen_IsLoudAndLeavesTheUncheckedFact()
    {
        ProbeFilter broken = new() { OnMail = (_, _) => throw new InvalidOperationException("bug") };
        ProbeFilter reader = new();
        Harness.Add("spf", broken, new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Effect = FilterEffect.Annotates })
            .Add("reader", reader, new DriverOptions { SkipWhen = ["spf.unchecked"] });
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
        Assert.Contains("FAILED OPEN", Assert.Single(Harness.Logs.Lines), StringComparison.Ordinal);
        Assert.Empty(reader.Calls);
        Assert.Equal(2, Harness.Metrics.Value(FilterMetrics.Skipped, "reader", "spf.unchecked"));
    }

    [Fact]
    public async Task Failure_OfExemptingFilter_SparesPostmaster()
    {
        await using FilterRun run = Begin(
            new ProbeFilter { OnRcpt = (_, _, _) => throw new InvalidOperationException("bug") }, traits: new FilterTraits { ExemptPostmaster = true });
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run, "postmaster@example.com")).Kind);
    }

    [Fact]
    public async Task SessionEnd_ThatThrowsOrHangs_EndsAllTheSame()
    {
        ProbeFilter broken = new() { OnEnd = _ => throw new InvalidOperationException("bug") };
        ProbeFilter hanging = new() { OnEnd = _ => new ValueTask(new TaskCompletionSource().Task) };
        ProbeFilter last = new();
        Harness.Add("broken", broken).Add("hanging", hanging, new DriverOptions { Timeout = Deadline }).Add("last", last);
        FilterRun run = Begin();
        Session.Abort();
        ValueTask end = run.DisposeAsync();
        Harness.Time.Advance(Deadline);
        Harness.Time.Advance(CallWatch.Grace);
        await end;
        Assert.Equal(["end"], last.Calls);
    }

    [Fact]
    public async Task Verdict_WithUndeclaredReason_CountsAsUndeclared()
    {
        FilterReason stray = new(VerdictKind.Reject, "from-a-stranger", 550, "5.7.1", "No");
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(stray));
        Assert.Same(stray, (await Rcpt(run)).Reason);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "rcpt", "reject", "undeclared"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "rcpt", "reject", "from-a-stranger"));
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "undeclared"));
    }

    [Fact]
    public async Task Discard_NotAllowed_BecomesContinueLoudly()
    {
        await using FilterRun run = Begin(ProbeFilter.AtMessage(static (_, verdicts) => verdicts.SetAll(Verdict.From(ProbeFilter.Dropped))));
        Assert.Equal(VerdictKind.Continue, (await Message(run))[0].Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "message", "discard"));
        Assert.Single(Harness.Logs.Lines);
    }

    [Fact]
    public async Task Discard_Allowed_DeliversToNobody()
    {
        await using FilterRun run = Begin(
            ProbeFilter.AtMessage(static (_, verdicts) => verdicts.SetAll(Verdict.From(ProbeFilter.Dropped))), new DriverOptions { AllowDiscard = true });
        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal(VerdictKind.Discard, verdicts[0].Kind);
        Assert.Empty(await run.ComposeAsync(Transaction, verdicts));
    }

    [Fact]
    public async Task Replies_Configured_StandInPlaceOfTheFiltersText()
    {
        DriverOptions driver = new() { Replies = new Dictionary<string, string> { ["refused"] = "See https://example.com/why" } };
        await using FilterRun run = Begin(new ProbeFilter { OnRcpt = (_, _, _) => Verdict.From(ProbeFilter.Refused, "list 3") }, driver);
        Verdict verdict = await Rcpt(run);
        Assert.Equal("See https://example.com/why", verdict.Reason!.Text);
        Assert.Equal(550, verdict.Reason.Code);
        Assert.Equal("list 3", verdict.Detail);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "rcpt", "reject", "refused"));
    }

    private static ProbeFilter Waiting(Action<CancellationToken> see) => new()
    {
        OnRcpt = (_, _, token) =>
        {
            see(token);
            return WaitAsync(token);
        },
    };

    private static async ValueTask<Verdict> WaitAsync(CancellationToken token)
    {
        await new TaskCompletionSource().Task.WaitAsync(token);
        return Verdict.Continue;
    }

    private static async ValueTask<Verdict> ThrowLaterAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("bug");
    }
}
