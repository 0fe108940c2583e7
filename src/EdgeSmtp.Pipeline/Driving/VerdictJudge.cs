using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Pipeline.Facts;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>
/// Turns what one call gave into what counts: commits or drops what the filter published, applies its failure policy, keeps a shadow filter out, and records all of it.
/// </summary>
internal sealed class VerdictJudge(RunLedger ledger, IEventLog? events, TimeProvider time, MessageVerdicts message)
{
    /// <summary>Judges an ended call.</summary>
    /// <param name="ended">The call.</param>
    /// <param name="call">What it was asked.</param>
    /// <param name="current">The finding before it.</param>
    /// <param name="batch">Step of the filter order, for its changes.</param>
    public Finding Judge(FilterCall ended, in StageCall call, Finding current, int batch)
    {
        FilterNode node = ended.Node;
        TimeSpan took = call.Stage == Stage.Body ? call.Body!.TimeOf(node) : TimeSpan.Zero;
        node.Metrics.Took(call.Stage, took + time.GetElapsedTime(ended.StartedAt, ended.EndedAt));
        if (ended.Outcome == CallOutcome.Done && ledger.HasConflict(node))
        {
            ended.Fail(new InvalidOperationException("Another filter replaced the body of this message already."));
        }

        switch (ended.Outcome)
        {
            case CallOutcome.Done:
                ledger.Commit(node, call.Stage, batch);
                call.Seal?.Commit(keep: !node.Shadow);
                return call.Stage.IsPerRecipient() ? JudgeEach(ended, call, current) : JudgeOne(ended, call, current);
            case CallOutcome.Aborted:
                Drop(ended, call);
                return Finding.Aborted;
            case CallOutcome.Dropped:
                Discard(ended, call);
                return current;
            default:
                return JudgeFailure(ended, call, current);
        }
    }

    /// <summary>Takes back a call whose group was decided without it.</summary>
    public void Discard(FilterCall ended, in StageCall call)
    {
        ledger.Forget(ended.Node);
        MarkIfRunning(ended);
        call.Seal?.Drop();
    }

    private Finding JudgeOne(FilterCall ended, in StageCall call, Finding current)
    {
        FilterNode node = ended.Node;
        Verdict verdict = ended.Verdict;
        Count(node, call, verdict, call.Recipient);
        if (verdict.Reason is null || node.Shadow)
        {
            return current;
        }

        return current.With(node.Effective(verdict, call.Recipient), node);
    }

    private Finding JudgeEach(FilterCall ended, in StageCall call, Finding current)
    {
        FilterNode node = ended.Node;
        bool isSilent = true;
        for (int i = 0; i < call.Merged!.Count; i++)
        {
            Recipient recipient = call.Transaction!.Recipients[i];
            Verdict verdict = ended.Verdicts[i];
            if (verdict.Reason is null || !message.Concerns(node, recipient) || IsSkipped(node, recipient))
            {
                continue;
            }

            isSilent = false;
            Count(node, call, verdict, recipient);
            if (!node.Shadow)
            {
                message.Add(call.Merged, i, node.Effective(verdict, recipient), node);
            }
        }

        if (isSilent)
        {
            Count(node, call, Verdict.Continue, null);
        }

        return node.Shadow ? current : message.Floor(call.Merged);
    }

    private Finding JudgeFailure(FilterCall ended, in StageCall call, Finding current)
    {
        FilterNode node = ended.Node;
        Drop(ended, call);
        if (!ended.IsReported)
        {
            node.Failures.Report(call.Stage, ErrorKinds.Of(ended.Outcome), call.Session, ended.Error);
        }

        if (node.Shadow)
        {
            return current;
        }

        Verdict verdict = node.PolicyOf(ended.Outcome);
        node.Reasons.Count(call.Stage, verdict);
        if (verdict.Reason is null)
        {
            if (node.Unchecked is not null)
            {
                FactStore.Write((FilterSubject?)call.Transaction ?? call.Session, node.Unchecked, FactStore.Box(true), shadow: false);
            }

            return current;
        }

        if (!call.Stage.IsPerRecipient())
        {
            return current.With(node.Effective(verdict, call.Recipient), node);
        }

        for (int i = 0; i < call.Merged!.Count; i++)
        {
            Recipient recipient = call.Transaction!.Recipients[i];
            if (message.Concerns(node, recipient) && !IsSkipped(node, recipient))
            {
                message.Add(call.Merged, i, node.Effective(verdict, recipient), node);
            }
        }

        return message.Floor(call.Merged);
    }

    private void Drop(FilterCall ended, in StageCall call)
    {
        ledger.DropChanges(ended.Node);
        MarkIfRunning(ended);
        call.Seal?.Drop();
    }

    private void MarkIfRunning(FilterCall ended)
    {
        if (ended.IsLeftBehind)
        {
            ledger.MarkStuck(ended.Node);
        }
    }

    private static bool IsSkipped(FilterNode node, Recipient recipient)
    {
        foreach (FactKey fact in node.RecipientSkips)
        {
            if (FactStore.IsSet(recipient, fact, node.Shadow))
            {
                return true;
            }
        }

        return false;
    }

    private void Count(FilterNode node, in StageCall call, Verdict verdict, Recipient? recipient)
    {
        if (!node.Reasons.Count(call.Stage, verdict))
        {
            node.Failures.Report(call.Stage, ErrorKind.Undeclared, call.Session, null);
        }

        if (verdict.Reason is null)
        {
            return;
        }

        if (verdict.Kind == VerdictKind.Discard && !node.Driver.AllowDiscard)
        {
            node.Failures.Report(call.Stage, ErrorKind.Discard, call.Session, null);
        }

        if (node.Shadow && events is not null)
        {
            events.Write(events.Begin(FilterEvents.Shadow)
                .Add("session", call.Session.Id)
                .Add("transaction", call.Transaction?.Id)
                .Add("to", recipient?.ForwardPath.ToString())
                .Add("filter", node.Name)
                .Add("stage", call.Stage.Label())
                .Add("verdict", verdict.Kind.Label())
                .Add("reason", verdict.Reason.Token)
                .Add("detail", verdict.Detail));
        }
    }
}
