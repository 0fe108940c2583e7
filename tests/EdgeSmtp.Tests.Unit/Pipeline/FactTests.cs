using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class FactTests : DriverTest
{
    private static readonly FactKey<string> Result = new("test.result", FactScope.Session);
    private static readonly FilterTraits Gives = new() { Provides = [Result] };
    private static readonly FilterTraits Takes = new() { Requires = [Result] };

    [Fact]
    public async Task Fact_OfTheSession_IsReadFromARecipient()
    {
        string? seen = null;
        Harness.Add("giver", Publishing(Result, "pass"), traits: Gives).Add("taker", Reading(value => seen = value), traits: Takes);
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        await Rcpt(run);
        Assert.Equal("pass", seen);
        Assert.True(SessionFacts.TryRead(Session, Result, out string? known));
        Assert.Equal("pass", known);
    }

    [Fact]
    public async Task Publish_OfWhatTheTypeDoesNotProvide_IsAFailure()
    {
        Harness.Add("giver", Publishing(Result, "pass"));
        await using FilterRun run = Begin(RejectAt.Stage);
        Assert.Equal("filter-failed", (await run.ConnectAsync()).Reason!.Token);
    }

    [Fact]
    public async Task Publish_Relay_IsAFailureAndChangesNothing()
    {
        Harness.Add("giver", context => new ProbeFilter
        {
            OnConnect = (session, _) =>
            {
                context.Publish(session, KnownFacts.Relay, true);
                return Verdict.Continue;
            },
        });
        await using FilterRun run = Begin(RejectAt.Stage);
        Assert.Equal("filter-failed", (await run.ConnectAsync()).Reason!.Token);
        Assert.True(SessionFacts.TryRead(Session, KnownFacts.Relay, out bool relay));
        Assert.False(relay);
    }

    [Fact]
    public async Task Publish_AboutASubjectOfAnotherScope_IsAFailure()
    {
        Harness.Add("giver", context => new ProbeFilter
        {
            OnMail = (transaction, _) =>
            {
                context.Publish(transaction, KnownFacts.Trusted, true);
                return Verdict.Continue;
            },
        });
        await using FilterRun run = Begin(RejectAt.Stage);
        Assert.Equal("filter-failed", (await run.MailAsync(Transaction)).Reason!.Token);
    }

    [Fact]
    public async Task Shadow_Facts_AreSeenByShadowFiltersAlone()
    {
        string? open = "nothing";
        string? shadow = "nothing";
        DriverOptions inShadow = new() { Shadow = true };
        Harness.Add("giver", Publishing(Result, "pass"), inShadow, Gives)
            .Add("open", Reading(value => open = value))
            .Add("shadow", Reading(value => shadow = value), inShadow, Takes);
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        await Rcpt(run);
        Assert.Null(open);
        Assert.Equal("pass", shadow);
        Assert.False(SessionFacts.TryRead(Session, Result, out _));
    }

    [Fact]
    public async Task Scores_OfOneNameAddUp_AcrossSubjectsAndNotFromShadow()
    {
        double total = 0;
        ProbeFilter Score(FilterContext context, double value) => new()
        {
            OnConnect = (session, _) =>
            {
                context.AddScore(session, "list", value);
                return Verdict.Continue;
            },
            OnRcpt = (_, recipient, _) =>
            {
                context.AddScore(recipient, "list", value);
                return Verdict.Continue;
            },
        };
        Harness.Add("a", context => Score(context, 1.5))
            .Add("b", context => Score(context, 2))
            .Add("shadow", context => Score(context, 100), new DriverOptions { Shadow = true })
            .Add("threshold", context => new ProbeFilter
            {
                OnRcpt = (_, recipient, _) =>
                {
                    total = context.TotalScore(recipient);
                    return total >= 7 ? Verdict.From(ProbeFilter.Refused) : Verdict.Continue;
                },
            });
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
        Assert.Equal(7, total);
        // What was said about one recipient is not said about the next.
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run, "other@example.com")).Kind);
        Assert.Equal(7, total);
    }

    [Fact]
    public async Task Shadow_Verdict_IsRecordedAndHasNoEffect()
    {
        Harness.Add("probe", new ProbeFilter { OnRcpt = (_, _, _) => Verdict.From(ProbeFilter.Gone, "list 3") }, new DriverOptions { Shadow = true });
        await using FilterRun run = Begin();
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.ShadowVerdicts, "probe", "rcpt", "disconnect", "gone"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "rcpt", "disconnect", "gone"));
        string line = Assert.Single(Harness.Events.Lines);
        Assert.Contains("\"event\":\"filter-shadow\"", line, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"gone\",\"detail\":\"list 3\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shadow_FailureOrDeadline_HasNoEffectAndIsCounted()
    {
        DriverOptions shadow = new() { Shadow = true, OnError = FailurePolicy.Reject };
        Harness.Add("probe", new ProbeFilter { OnRcpt = (_, _, _) => throw new InvalidOperationException("bug") }, shadow);
        await using FilterRun run = Begin();
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "exception"));
    }

    [Fact]
    public async Task Continue_OnTheHotPath_WritesNoEvent()
    {
        await using FilterRun run = Begin(new ProbeFilter());
        await run.ConnectAsync();
        await Rcpt(run);
        Assert.Empty(Harness.Events.Lines);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "rcpt", "continue", string.Empty));
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Duration, "probe", "rcpt"));
    }

    private static Func<FilterContext, IFilter> Publishing(FactKey<string> key, string value) => context => new ProbeFilter
    {
        OnConnect = (session, _) =>
        {
            context.Publish(session, key, value);
            return Verdict.Continue;
        },
    };

    private static Func<FilterContext, IFilter> Reading(Action<string?> see) => context => new ProbeFilter
    {
        OnRcpt = (_, recipient, _) =>
        {
            see(context.TryRead(recipient, Result, out string? value) ? value : null);
            return Verdict.Continue;
        },
    };
}
