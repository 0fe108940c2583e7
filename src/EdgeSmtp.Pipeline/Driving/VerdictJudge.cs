using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Storage;
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
        TimeSpan took = TimeOf(ended, call);
        node.Metrics.Took(call.Stage, took, ended.Span);
        Finding next = JudgeOutcome(ended, call, current, batch);
        CallSpan.End(ended, call, time);
        return next;
    }

    /// <summary>Takes back a call whose group was decided without it.</summary>
    public void Discard(FilterCall ended, in StageCall call)
    {
        Tell(ended, call, default, null, "left out");
        ledger.Forget(ended.Node);
        MarkIfRunning(ended);
        call.Seal?.Drop();
        CallSpan.End(ended, call, time, isLeftOut: true);
    }

    private Finding JudgeOutcome(FilterCall ended, in StageCall call, Finding current, int batch)
    {
        FilterNode node = ended.Node;
        switch (ended.Outcome)
        {
            case CallOutcome.Done when !TryShow(node, call):
                ended.Fail(new IOException("The staging budget has no room for the new content."));
                return JudgeFailure(ended, call, current);
            case CallOutcome.Done:
                ledger.Commit(node, call.Stage, batch);
                call.Seal?.Commit(keep: !node.Shadow);
                return call.Stage.IsPerRecipient() ? JudgeEach(ended, call, current) : JudgeOne(ended, call, current);
            case CallOutcome.Aborted:
                Tell(ended, call, default, null, "aborted");
                Drop(ended, call);
                return Finding.Aborted;
            case CallOutcome.Dropped:
                Discard(ended, call);
                return current;
            default:
                return JudgeFailure(ended, call, current);
        }
    }

    private Finding JudgeOne(FilterCall ended, in StageCall call, Finding current)
    {
        FilterNode node = ended.Node;
        Verdict verdict = ended.Verdict;
        Tell(ended, call, verdict, call.Recipient, null);
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
            Tell(ended, call, verdict, recipient, null);
            Count(node, call, verdict, recipient);
            if (!node.Shadow)
            {
                message.Add(call.Merged, i, node.Effective(verdict, recipient), node);
            }
        }

        if (isSilent)
        {
            Tell(ended, call, Verdict.Continue, null, null);
            Count(node, call, Verdict.Continue, null);
        }

        return node.Shadow ? current : message.Floor(call.Merged);
    }

    private Finding JudgeFailure(FilterCall ended, in StageCall call, Finding current)
    {
        FilterNode node = ended.Node;
        Drop(ended, call);
        Verdict verdict = node.PolicyOf(ended.Outcome);
        Tell(ended, call, verdict, call.Recipient, ErrorKinds.Of(ended.Outcome).Label());
        if (!ended.IsReported)
        {
            node.Failures.Report(call.Stage, ErrorKinds.Of(ended.Outcome), call.Session, ended.Error);
        }

        if (node.Shadow)
        {
            return current;
        }

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

    /// <summary>A scanner behind a filter that replaced the message must scan what will be delivered.</summary>
    private bool TryShow(FilterNode node, in StageCall call) =>
        node.Shadow || call.Stage != Stage.Message || call.Transaction is not IReplaceableContent content || ledger.NewContentOf(node) is not { } message || content.TryReplaceContent(message);

    private TimeSpan TimeOf(FilterCall ended, in StageCall call) =>
        (call.Stage == Stage.Body ? call.Body!.TimeOf(ended.Node) : TimeSpan.Zero) + time.GetElapsedTime(ended.StartedAt, ended.EndedAt);

    /// <summary>Keeps what a call said for <c>edgesmtp explain</c>. References are kept and no text is made: that is the writer's.</summary>
    private void Tell(FilterCall ended, in StageCall call, Verdict verdict, Recipient? recipient, string? outcome)
    {
        if (ledger.Trace is not { } trace)
        {
            return;
        }

        ExplainItem item = new()
        {
            Kind = ExplainItemKind.Call,
            Filter = ended.Node.Name,
            Stage = call.Stage.Label(),
            Shadow = ended.Node.Shadow,
            Transaction = call.Transaction?.Id,
            To = recipient?.ForwardPath ?? call.ForwardPath,
            Verdict = verdict.Kind.Label(),
            Name = verdict.Reason?.Token,
            Detail = verdict.Detail,
            Outcome = outcome,
            Value = ended.Error,
            Took = TimeOf(ended, call),
        };
        trace.Call(item, ended.EndedAt);
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
                .Add("to", (recipient?.ForwardPath ?? call.ForwardPath)?.ToString())
                .Add("filter", node.Name)
                .Add("stage", call.Stage.Label())
                .Add("verdict", verdict.Kind.Label())
                .Add("reason", verdict.Reason.Token)
                .Add("detail", verdict.Detail));
        }
    }
}
