using System.Diagnostics;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Pipeline.Changes;
using EdgeSmtp.Pipeline.Facts;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>
/// What the filters of one session published: changes until the call that made them is judged, facts and scores of group members until the group is decided.
/// A session whose filters publish nothing never allocates here.
/// </summary>
internal sealed class RunLedger
{
    private static readonly object Slot = new();

    private readonly Lock _lock = new();
    private List<NodeState>? _states;
    private bool _isGroupRunning;

    /// <summary>What is kept for <c>edgesmtp explain</c>; <c>null</c> when nothing is.</summary>
    public ExplainTrace? Trace { get; init; }

    /// <summary>Filters of the transaction that asked to be asked again.</summary>
    public Postponements Postponements { get; init; } = new(null);

    /// <summary>The span that calls belong to; <c>null</c> when nothing is traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>Changes of the transaction that filters made and the driver accepted.</summary>
    public TransactionChanges Changes { get; } = new();

    /// <summary>The ledger of the session around a subject.</summary>
    public static RunLedger? Of(FilterSubject subject) =>
        Subjects.SessionOf(subject).TryGetSlot(Slot, out object? ledger) ? (RunLedger?)ledger : null;

    public void Attach(Session session) => session.SetSlot(Slot, this);

    /// <summary>The change set of the call that runs.</summary>
    public ChangeSet ChangesOf(FilterNode node, Recipient? recipient)
    {
        lock (_lock)
        {
            NodeState state = Get(node);
            return state.IsStuck ? new ChangeSet(recipient, node) : state.ChangesOf(recipient);
        }
    }

    /// <summary>A filter asks, in its call, to be asked again.</summary>
    /// <param name="node">The filter.</param>
    /// <param name="bytes">Bytes of the message.</param>
    /// <returns>Whether there is room to wait for it.</returns>
    public bool TryPostpone(FilterNode node, long bytes)
    {
        lock (_lock)
        {
            NodeState state = Get(node);
            return !state.IsStuck && Postponements.TryTakeRoom(bytes) && (state.IsPostponed = true);
        }
    }

    /// <summary>Publishes a fact or score: at once, or when the group is decided.</summary>
    public void Publish(FilterNode node, in StagedFinding finding)
    {
        lock (_lock)
        {
            if (Find(node) is { IsStuck: true })
            {
                return;
            }

            Tell(node, finding);
            if (_isGroupRunning)
            {
                Get(node).Findings.Add(finding);
                return;
            }
        }

        finding.Apply(node.Shadow);
    }

    /// <summary>From here on what is published waits for the group.</summary>
    public void BeginGroup()
    {
        lock (_lock)
        {
            _isGroupRunning = true;
        }
    }

    /// <summary>
    /// The group is decided: what its members found takes effect in configured order, and only now, so that a slow member never sees what a quick one found.
    /// Last comes what was published meanwhile by filters outside, from look-ups of theirs.
    /// </summary>
    public void EndGroup(ReadOnlySpan<FilterNode> members)
    {
        lock (_lock)
        {
            _isGroupRunning = false;
            if (_states is null)
            {
                return;
            }

            foreach (FilterNode member in members)
            {
                Apply(Find(member));
            }

            foreach (NodeState state in _states)
            {
                Apply(state);
            }
        }
    }

    /// <summary>A call succeeded: what it published counts.</summary>
    /// <param name="node">The filter.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="batch">Number of the step; members of a group share one.</param>
    public void Commit(FilterNode node, Stage stage, int batch)
    {
        if (_states is null)
        {
            return;
        }

        lock (_lock)
        {
            if (Find(node) is not { } state)
            {
                return;
            }

            foreach (ChangeSet set in state.Changes)
            {
                set.Close();
                if (!node.Shadow && !set.IsEmpty)
                {
                    Changes.Add(new CommittedChanges(set, stage, batch));
                }
            }

            state.Changes.Clear();
            if (state.IsPostponed)
            {
                state.IsPostponed = false;
                Postponements.Add(node);
            }
        }
    }

    /// <summary>The message that the call that has just ended wants in place of the other; <c>null</c> when it does not.</summary>
    public byte[]? NewContentOf(FilterNode node)
    {
        if (_states is null)
        {
            return null;
        }

        lock (_lock)
        {
            return Find(node)?.NewContent;
        }
    }

    /// <summary>A call failed: its changes are dropped as a set. Facts that it had found stay.</summary>
    public void DropChanges(FilterNode node)
    {
        if (_states is null)
        {
            return;
        }

        lock (_lock)
        {
            Find(node)?.DropChanges();
        }
    }

    /// <summary>A group was decided without this member: a sequential run would not have called it, so nothing that it published counts.</summary>
    public void Forget(FilterNode node)
    {
        if (_states is null)
        {
            return;
        }

        lock (_lock)
        {
            if (Find(node) is { } state)
            {
                state.DropChanges();
                state.Findings.Clear();
            }
        }
    }

    /// <summary>A call was left behind: nothing that it may still say is heard, and it is not asked again.</summary>
    public void MarkStuck(FilterNode node)
    {
        lock (_lock)
        {
            NodeState state = Get(node);
            state.DropChanges();
            state.Findings.Clear();
            state.IsStuck = true;
        }
    }

    public bool IsStuck(FilterNode node) => _states is not null && Find(node) is { IsStuck: true };

    /// <summary>Begins or ends a transaction: no change outlives it.</summary>
    public void ResetTransaction()
    {
        Changes.Clear();
        Postponements.Clear();
        if (_states is null)
        {
            return;
        }

        lock (_lock)
        {
            foreach (NodeState state in _states)
            {
                state.DropChanges();
            }
        }
    }

    private void Tell(FilterNode node, in StagedFinding finding)
    {
        Trace?.Add(new ExplainItem
        {
            Kind = finding.Fact is null ? ExplainItemKind.Score : ExplainItemKind.Fact,
            Filter = node.Name,
            Shadow = node.Shadow,
            Name = finding.Fact?.Name ?? finding.ScoreName,
            Value = finding.Value,
            Points = finding.Score,
            Transaction = Subjects.TransactionOf(finding.Subject)?.Id,
            To = (finding.Subject as Recipient)?.ForwardPath,
        });
    }

    private static void Apply(NodeState? state)
    {
        if (state is null)
        {
            return;
        }

        foreach (StagedFinding finding in state.Findings)
        {
            finding.Apply(state.Node.Shadow);
        }

        state.Findings.Clear();
    }

    private NodeState? Find(FilterNode node)
    {
        if (_states is not null)
        {
            for (int i = 0; i < _states.Count; i++)
            {
                if (ReferenceEquals(_states[i].Node, node))
                {
                    return _states[i];
                }
            }
        }

        return null;
    }

    private NodeState Get(FilterNode node)
    {
        if (Find(node) is { } found)
        {
            return found;
        }

        NodeState added = new(node);
        (_states ??= []).Add(added);
        return added;
    }
}
