using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Driving;

namespace EdgeSmtp.Pipeline.Changes;

/// <summary>The accepted changes of one transaction, in the order in which they are applied.</summary>
internal sealed class TransactionChanges
{
    private readonly List<CommittedChanges> _sets = [];
    private int _batch;

    public IReadOnlyList<CommittedChanges> Sets => _sets;

    public bool IsEmpty => _sets.Count == 0;

    /// <summary>Begins a step of the filter order; the members of a group share its number.</summary>
    public int NextBatch() => ++_batch;

    /// <summary>Accepts the changes of one call.</summary>
    public void Add(CommittedChanges changes) => _sets.Add(changes);

    /// <summary>Writes the fields that were inserted for every recipient, the last one topmost, and remembers that the content has them.</summary>
    /// <param name="output">Takes complete fields.</param>
    public void WriteTrace(IBufferWriter<byte> output)
    {
        for (int i = _sets.Count - 1; i >= 0; i--)
        {
            ChangeSet set = _sets[i].Set;
            if (set.Recipient is not null || _sets[i].Stage >= Stage.Body)
            {
                continue;
            }

            for (int j = set.Changes.Count - 1; j >= 0; j--)
            {
                Change change = set.Changes[j];
                if (change.Kind == ChangeKind.InsertHeader)
                {
                    output.Write(change.Bytes);
                    change.IsInTrace = true;
                }
            }
        }
    }

    /// <summary>The changes that a recipient's copy gets.</summary>
    /// <param name="recipient">The recipient; <c>null</c> for one that a filter added.</param>
    /// <param name="plan">His plan.</param>
    public List<CommittedChanges> Of(Recipient? recipient, FilterPlan plan)
    {
        List<CommittedChanges> own = [];
        foreach (CommittedChanges committed in _sets)
        {
            if (committed.IsFor(recipient, plan))
            {
                own.Add(committed);
            }
        }

        return own;
    }

    /// <summary>The changes that every recipient's copy gets.</summary>
    public List<CommittedChanges> OfAll() => _sets.FindAll(static committed => committed.Set.Recipient is null);

    public void Clear()
    {
        _sets.Clear();
        _batch = 0;
    }
}
