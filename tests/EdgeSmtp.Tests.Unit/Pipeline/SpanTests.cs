using System.Diagnostics;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Tracing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>Each call of a filter is a span below the one that the session gave.</summary>
public sealed class SpanTests : DriverTest
{
    private readonly Tracer _tracer = new();

    [Fact]
    public async Task Group_WhoseFirstMemberDecides_TellsOfTheRestThatItWasLeftOut()
    {
        using SpanRecorder recorder = new(_tracer);
        TaskCompletionSource<Verdict> late = new();
        Harness.AddGroup(
            "group",
            [
                PipelineHarness.Instance("a", ProbeFilter.AtRcpt(ProbeFilter.Refused)),
                PipelineHarness.Instance("b", new ProbeFilter { OnRcpt = async (_, _, token) => await late.Task.WaitAsync(token) }),
            ]);
        await using FilterRun run = Traced(Begin());
        Assert.Same(ProbeFilter.Refused, (await Rcpt(run)).Reason);
        Assert.Equal(
            ["filter a rcpt reject ", "filter b rcpt  left-out"],
            recorder.Spans.Select(static span => $"{span.OperationName} {span.GetTagItem(SpanTags.Stage)} {span.GetTagItem(SpanTags.Verdict)} {span.GetTagItem(SpanTags.Result)}"));
        Assert.All(recorder.Spans, span => Assert.Equal(run.Span!.SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task Call_OverItsDeadline_IsInError()
    {
        using SpanRecorder recorder = new(_tracer);
        await using FilterRun run = Traced(Begin(new ProbeFilter { OnRcpt = async (_, _, token) => await new TaskCompletionSource<Verdict>().Task.WaitAsync(token) }));
        ValueTask<Verdict> pending = Rcpt(run);
        Harness.Time.Advance(TimeSpan.FromMinutes(10));
        await pending;
        Activity span = recorder.Single("filter probe");
        Assert.Equal((ActivityStatusCode.Error, "timeout"), (span.Status, span.GetTagItem(SpanTags.Result)));
    }

    [Fact]
    public async Task Message_SpanHasTheMostSevereVerdictOfItsRecipients()
    {
        using SpanRecorder recorder = new(_tracer);
        ProbeFilter probe = new()
        {
            OnMessage = static (transaction, verdicts, _) =>
            {
                verdicts.Set(transaction.Recipients[1], Verdict.From(ProbeFilter.Refused));
                return default;
            },
        };
        await using FilterRun run = Traced(Begin(probe, new DriverOptions { Shadow = true }));
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        await Message(run);
        Activity span = recorder.Single("filter probe");
        Assert.Equal(("message", "reject", true), (span.GetTagItem(SpanTags.Stage), span.GetTagItem(SpanTags.Verdict), span.GetTagItem(SpanTags.Shadow)));
    }

    [Fact]
    public async Task Run_WithoutASpan_TracesNothing()
    {
        using SpanRecorder recorder = new(_tracer);
        await using FilterRun run = Begin(new ProbeFilter());
        await run.ConnectAsync();
        Assert.Empty(recorder.Spans);
    }

    private FilterRun Traced(FilterRun run)
    {
        run.Span = _tracer.Begin(Spans.Transaction, ActivityKind.Server);
        return run;
    }
}
