using System.Diagnostics;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>One call of one filter and how it ended. Pooled; a filter that throws before its first await ends here exactly as one that throws after it.</summary>
internal sealed class FilterCall(TimeProvider time) : CallWatch(time)
{
    private static readonly TimeSpan LeftMin = TimeSpan.FromMilliseconds(1);

    private CancellationToken _aborted;

    public FilterNode Node { get; private set; } = null!;

    /// <summary>What a filter of a per-recipient stage says; its own until the driver has judged it.</summary>
    public RecipientVerdicts Verdicts { get; } = new();

    public CallOutcome Outcome { get; private set; }

    public Verdict Verdict { get; private set; }

    public Exception? Error { get; private set; }

    /// <summary>Whether the outcome is known.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the failure was counted and logged where it happened, while the body came in.</summary>
    public bool IsReported { get; private set; }

    /// <summary>Whether the filter still runs although the wait is over.</summary>
    public bool IsLeftBehind { get; private set; }

    public long StartedAt { get; private set; }

    /// <summary>Its span, until the judge has ended it; <c>null</c> when it is not traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>Calls the filter.</summary>
    /// <returns>Whether it ended without waiting; if not, wait with <see cref="CallWatch.WaitAsync"/> and call <see cref="Collect"/>.</returns>
    public bool Start(FilterNode node, in StageCall call)
    {
        Begin(node, call.Aborted);
        if (call.Merged is not null)
        {
            Verdicts.Reset(call.Merged.Count);
        }

        try
        {
            ValueTask<Verdict> pending = Invoke(node, call);
            if (!pending.IsCompleted)
            {
                Watch(pending.AsTask());
                return false;
            }

            Verdict = pending.GetAwaiter().GetResult();
            End(CallOutcome.Done);
        }
        catch (Exception error)
        {
            Fail(error);
        }

        return true;
    }

    /// <summary>Calls the filter within a span, which is ambient for what the filter does and for nobody else.</summary>
    public bool Start(FilterNode node, in StageCall call, Activity parent)
    {
        Activity? around = Activity.Current;
        Span = parent.Source.StartActivity(node.SpanName, ActivityKind.Internal, parent.Context);
        try
        {
            return Start(node, call);
        }
        finally
        {
            Activity.Current = around;
        }
    }

    /// <summary>Calls the filter if it has a place for the call, and waits for one otherwise.</summary>
    private ValueTask<Verdict> Invoke(FilterNode node, in StageCall call)
    {
        if (!node.Gate.TryEnter(StartedAt, out int place))
        {
            return node.Gate.InTurnAsync((Node: node, Call: call, Verdicts), static (ask, token) => ask.Node.InvokeAsync(ask.Call, ask.Verdicts, token), Token);
        }

        try
        {
            return node.InvokeAsync(call, Verdicts, Token);
        }
        finally
        {
            node.Gate.Leave(place);
        }
    }

    /// <summary>Begins a call that the caller makes itself, with <see cref="CallWatch.Token"/>.</summary>
    public void Begin(FilterNode node, CancellationToken aborted)
    {
        Node = node;
        _aborted = aborted;
        Outcome = CallOutcome.Done;
        Verdict = default;
        Error = null;
        HasEnded = false;
        IsReported = false;
        IsLeftBehind = false;
        StartedAt = Time.GetTimestamp();
    }

    /// <summary>Watches what that call returned.</summary>
    public void Watch(Task pending)
    {
        Node.Metrics.InFlight.Add(1);
        TimeSpan left = Node.Timeout - Time.GetElapsedTime(StartedAt);
        Arm(pending, left > LeftMin ? left : LeftMin, _aborted);
    }

    /// <summary>Takes an outcome that is known without a call.</summary>
    public void Settle(FilterNode node, CallOutcome outcome)
    {
        Begin(node, CancellationToken.None);
        IsReported = true;
        End(outcome);
    }

    /// <summary>Takes the outcome of a call that was waited for.</summary>
    /// <param name="ended">What <see cref="CallWatch.WaitAsync"/> gave.</param>
    public void Collect(bool ended)
    {
        HasEnded = true;
        if (!ended)
        {
            IsLeftBehind = true;
            EndedAt = Time.GetTimestamp();
            Outcome = Cause switch
            {
                StopCause.Group => CallOutcome.Dropped,
                StopCause.Aborted => CallOutcome.Aborted,
                _ => CallOutcome.Stuck,
            };
            Node.Metrics.Stuck.Add();
            return;
        }

        Node.Metrics.InFlight.Add(-1);
        try
        {
            // A verdict that comes after the deadline is not taken: otherwise a filter that catches its cancellation would decide over OnTimeout.
            Pending!.GetAwaiter().GetResult();
            Verdict = Pending is Task<Verdict> verdict ? verdict.Result : default;
        }
        catch (Exception error)
        {
            Fail(error);
        }

        Outcome = Cause switch
        {
            StopCause.Deadline => CallOutcome.TimedOut,
            StopCause.Aborted => CallOutcome.Aborted,
            StopCause.Group => CallOutcome.Dropped,
            _ => Outcome,
        };
    }

    /// <summary>Ends a call that threw.</summary>
    public void Fail(Exception error)
    {
        bool isGivenUp = error is OperationCanceledException && _aborted.IsCancellationRequested;
        Error = isGivenUp ? null : error;
        Verdict = default;
        EndedAt = Time.GetTimestamp();
        Outcome = isGivenUp ? CallOutcome.Aborted : CallOutcome.Failed;
        HasEnded = true;
    }

    /// <summary>Ends a call that returned without waiting. One that held its thread beyond its deadline is as late as one that waited.</summary>
    public void End(CallOutcome outcome)
    {
        EndedAt = Time.GetTimestamp();
        Outcome = outcome == CallOutcome.Done && Time.GetElapsedTime(StartedAt, EndedAt) > Node.Timeout ? CallOutcome.TimedOut : outcome;
        HasEnded = true;
    }

    /// <inheritdoc />
    public override bool TryReset()
    {
        if (!base.TryReset())
        {
            return false;
        }

        // What rests in the pool keeps no filter alive, nor the plug-in that it came from.
        Node = null!;
        Error = null;
        return true;
    }

    /// <inheritdoc />
    protected override void OnEndedLate()
    {
        Node.Metrics.InFlight.Add(-1);
        // Observed, so that a late exception does not end up as an unobserved one; what it says no longer matters.
        _ = Pending!.Exception;
    }
}
