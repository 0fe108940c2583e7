using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Changes;
using EdgeSmtp.Pipeline.Facts;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>What one filter published in one session and the driver has not yet judged.</summary>
internal sealed class NodeState(FilterNode node)
{
    public FilterNode Node => node;

    /// <summary>Changes of the call that runs, or of the body sink that is open.</summary>
    public List<ChangeSet> Changes { get; } = [];

    /// <summary>Facts and scores of a group member.</summary>
    public List<StagedFinding> Findings { get; } = [];

    /// <summary>Whether a call of it was left behind, so that it is not asked again and nothing it says is heard.</summary>
    public bool IsStuck { get; set; }

    /// <summary>The message that the filter put in place of the other; <c>null</c> when it did not.</summary>
    public byte[]? NewContent => Changes.Find(static set => set.NewContent is not null)?.NewContent;

    /// <summary>Whether the call that runs asked to be asked again.</summary>
    public bool IsPostponed { get; set; }

    public ChangeSet ChangesOf(Recipient? recipient)
    {
        foreach (ChangeSet set in Changes)
        {
            if (ReferenceEquals(set.Recipient, recipient))
            {
                return set;
            }
        }

        ChangeSet added = new(recipient, node);
        Changes.Add(added);
        return added;
    }

    public void DropChanges()
    {
        foreach (ChangeSet set in Changes)
        {
            set.Close();
        }

        Changes.Clear();
        IsPostponed = false;
    }
}
