using System.Runtime.CompilerServices;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Pipeline.Facts;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>
/// Walks through the filters of a stage. As long as none waits, nothing is allocated and no timer is armed; the first one that waits moves the rest into a loop
/// with one state machine, however many filters follow.
/// </summary>
internal sealed class StageRunner
{
    private readonly FilterCallPool _pool;
    private readonly RunLedger _ledger;
    private readonly VerdictJudge _judge;
    private readonly GroupRunner _groups;

    public StageRunner(FilterCallPool pool, RunLedger ledger, VerdictJudge judge)
    {
        _pool = pool;
        _ledger = ledger;
        _judge = judge;
        _groups = new GroupRunner(this, pool, ledger, judge);
    }

    /// <summary>Runs a stage.</summary>
    /// <param name="call">What the filters are asked.</param>
    /// <param name="steps">The steps of the stage.</param>
    /// <param name="current">What is known before.</param>
    public ValueTask<Finding> RunAsync(StageCall call, PlanStep[] steps, Finding current)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            ValueTask<Finding> step = StepAsync(call, steps[i], current);
            if (!step.IsCompletedSuccessfully)
            {
                return ContinueAsync(step, call, steps, i + 1);
            }

            current = step.GetAwaiter().GetResult();
        }

        return new ValueTask<Finding>(current);
    }

    /// <summary>Whether a filter is called at all. Leaving it out is counted where a fact is the cause.</summary>
    public static bool Admits(FilterNode node, in StageCall call, Finding current)
    {
        if ((call.OnlyAlways || current.IsTerminal) && !node.Always)
        {
            return false;
        }

        if (node.Traits.SmtpOnly && call.Session.Protocol != SessionProtocol.Smtp)
        {
            return false;
        }

        switch (call.Stage)
        {
            case Stage.Body:
                // Facts were looked at when the sink was opened.
                return call.Body!.Has(node);
            case Stage.End:
                // What a filter began it must be able to end, whatever was found out in between.
                return true;
            default:
                return !IsSkipped(node, call);
        }
    }

    /// <summary>Whether a fact skips a filter; counted.</summary>
    public static bool IsSkipped(FilterNode node, in StageCall call)
    {
        FactKey[] facts = node.SkipWhen;
        for (int i = 0; i < facts.Length; i++)
        {
            if (FactStore.IsSet(call.Subject, facts[i], node.Shadow))
            {
                node.Metrics.SkippedBy(i);
                RunLedger.Of(call.Session)?.Trace?.Add(new ExplainItem
                {
                    Kind = ExplainItemKind.Skip,
                    Filter = node.Name,
                    Stage = call.Stage.Label(),
                    Shadow = node.Shadow,
                    Name = facts[i].Name,
                    Transaction = call.Transaction?.Id,
                    To = call.Recipient?.ForwardPath ?? call.ForwardPath,
                });
                return true;
            }
        }

        return false;
    }

    /// <summary>Calls a filter, unless its outcome is known without.</summary>
    /// <returns>Whether it ended without waiting.</returns>
    public bool Start(FilterCall filterCall, FilterNode node, in StageCall call)
    {
        if (_ledger.IsStuck(node))
        {
            node.Failures.Report(call.Stage, ErrorKind.Stuck, call.Session, null);
            filterCall.Settle(node, CallOutcome.Stuck);
            return true;
        }

        if (call.Stage == Stage.Body && call.Body!.FailureOf(node) is { } failure)
        {
            filterCall.Settle(node, failure);
            return true;
        }

        return _ledger.Span is { } span ? filterCall.Start(node, call, span) : filterCall.Start(node, call);
    }

    private ValueTask<Finding> StepAsync(StageCall call, PlanStep step, Finding current)
    {
        if (current.Kind == VerdictKind.Disconnect && !step.HasAlways)
        {
            return new ValueTask<Finding>(current);
        }

        if (call.Aborted.IsCancellationRequested)
        {
            return new ValueTask<Finding>(Finding.Aborted);
        }

        return step.IsGroup ? _groups.RunAsync(call, step, current) : CallAsync(call, step.Members[0], current);
    }

    private ValueTask<Finding> CallAsync(StageCall call, FilterNode node, Finding current)
    {
        if (!Admits(node, call, current))
        {
            return new ValueTask<Finding>(current);
        }

        FilterCall filterCall = _pool.Rent();
        return Start(filterCall, node, call) ? new ValueTask<Finding>(End(filterCall, call, current)) : AwaitAsync(filterCall, call, current);
    }

    private Finding End(FilterCall filterCall, in StageCall call, Finding current)
    {
        Finding next = _judge.Judge(filterCall, call, current, _ledger.Changes.NextBatch());
        _pool.Return(filterCall);
        return next;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Finding> AwaitAsync(FilterCall filterCall, StageCall call, Finding current)
    {
        filterCall.Collect(await filterCall.WaitAsync());
        return End(filterCall, call, current);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Finding> ContinueAsync(ValueTask<Finding> pending, StageCall call, PlanStep[] steps, int next)
    {
        Finding current = await pending;
        for (int i = next; i < steps.Length; i++)
        {
            current = await StepAsync(call, steps[i], current);
        }

        return current;
    }
}
