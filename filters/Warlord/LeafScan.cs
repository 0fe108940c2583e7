using EdgeSmtp.Filters.Warlord.Contents;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>What is looked at in one leaf: its content, and the message that it is for those who open it.</summary>
internal sealed class LeafScan
{
    /// <summary>The content.</summary>
    public PartScan Part { get; } = new();

    /// <summary>The message; <c>null</c> when the leaf is none. Not kept beyond the leaf: few mails have one, and a stranger could make every sink hold all that messages within messages need.</summary>
    public MessageScan? Message { get; set; }

    /// <summary>Begins a leaf.</summary>
    public void Begin()
    {
        Part.Begin();
        Message = null;
    }
}
