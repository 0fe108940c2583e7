using EdgeSmtp.Filters.Warlord.Contents;
using EdgeSmtp.Protocol.Mime;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>What is looked at in one leaf: its content, and the message that it is for those who open it.</summary>
internal sealed class LeafScan
{
    private MessageScan? _kept;

    /// <summary>The content.</summary>
    public PartScan Part { get; } = new();

    /// <summary>The message; <c>null</c> when the leaf is none.</summary>
    public MessageScan? Message { get; private set; }

    /// <summary>Begins a leaf.</summary>
    public void Begin()
    {
        Part.Begin();
        Message = null;
    }

    /// <summary>The leaf is a message. What this needs is kept for further ones.</summary>
    public MessageScan Open(WarlordSink sink, MimeLimits limits, int level) => Message = _kept ??= new MessageScan(sink, limits, level);
}
