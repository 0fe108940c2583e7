using System.Runtime.CompilerServices;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>
/// Runs the members of a group at the same time and gives the finding that running them one after the other would have given: they are judged in configured order,
/// the first terminal one decides, the rest is cancelled and counts for nothing, and every child is awaited before the stage goes on.
/// </summary>
internal sealed class GroupRunner(StageRunner stages, FilterCallPool pool, RunLedger ledger, VerdictJudge judge)
{
    private FilterCall?[] _calls = [];

    public ValueTask<Finding> RunAsync(StageCall call, PlanStep step, Finding current)
    {
        FilterNode[] members = step.Members;
        if (_calls.Length < members.Length)
        {
            _calls = new FilterCall?[members.Length];
        }

        ledger.BeginGroup();
        bool hasAllEnded = true;
        for (int i = 0; i < members.Length; i++)
        {
            FilterCall? member = null;
            if (StageRunner.Admits(members[i], call, current))
            {
                member = pool.Rent();
                hasAllEnded &= stages.Start(member, members[i], call);
            }

            _calls[i] = member;
        }

        return hasAllEnded ? new ValueTask<Finding>(Decide(call, members, current)) : AwaitAsync(call, members, current);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Finding> AwaitAsync(StageCall call, FilterNode[] members, Finding current)
    {
        int batch = ledger.Changes.NextBatch();
        bool isCancelled = false;
        for (int i = 0; i < members.Length; i++)
        {
            FilterCall? member = _calls[i];
            if (member is null)
            {
                continue;
            }

            if (!member.HasEnded)
            {
                member.Collect(await member.WaitAsync());
            }

            current = Judge(member, call, current, batch);
            if (current.IsTerminal && !isCancelled)
            {
                isCancelled = true;
                CancelRest(i + 1, members.Length);
            }
        }

        End(members);
        return current;
    }

    private Finding Decide(in StageCall call, FilterNode[] members, Finding current)
    {
        int batch = ledger.Changes.NextBatch();
        for (int i = 0; i < members.Length; i++)
        {
            if (_calls[i] is { } member)
            {
                current = Judge(member, call, current, batch);
            }
        }

        End(members);
        return current;
    }

    private Finding Judge(FilterCall member, in StageCall call, Finding current, int batch)
    {
        if (current.IsTerminal && !member.Node.Always)
        {
            judge.Discard(member, call);
            return current;
        }

        return judge.Judge(member, call, current, batch);
    }

    private void CancelRest(int from, int count)
    {
        for (int i = from; i < count; i++)
        {
            if (_calls[i] is { HasEnded: false } member && !member.Node.Always)
            {
                member.Cancel(StopCause.Group);
            }
        }
    }

    private void End(FilterNode[] members)
    {
        ledger.EndGroup(members);
        for (int i = 0; i < members.Length; i++)
        {
            if (_calls[i] is { } member)
            {
                pool.Return(member);
                _calls[i] = null;
            }
        }
    }
}
