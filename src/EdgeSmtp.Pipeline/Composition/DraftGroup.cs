using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>A delivery group before it is sealed.</summary>
internal sealed class DraftGroup(ComposedContent content, bool isQuarantined, int plan)
{
    public ComposedContent Content => content;

    public bool IsQuarantined => isQuarantined;

    /// <summary>Number of the plan whose seal filters run.</summary>
    public int Plan => plan;

    public List<Recipient> Recipients { get; } = [];

    public List<MailPath> Added { get; } = [];
}
