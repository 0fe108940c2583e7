using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>A delivery group before it is sealed.</summary>
internal sealed class DraftGroup(ComposedContent content, bool isQuarantined, int plan, IReadOnlyList<string> owed)
{
    public ComposedContent Content => content;

    public bool IsQuarantined => isQuarantined;

    /// <summary>Number of the plan whose seal filters run.</summary>
    public int Plan => plan;

    /// <summary>Filters that still owe a verdict. What they change comes before the seal, so such a group is sealed when they have spoken.</summary>
    public IReadOnlyList<string> Owed => owed;

    public List<Recipient> Recipients { get; } = [];

    public List<EnvelopeRecipient> Added { get; } = [];
}
