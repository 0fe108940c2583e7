namespace EdgeSmtp.Pipeline.Driving;

/// <summary>One step of one stage: a filter, or the members of a group that take part in it.</summary>
internal sealed class PlanStep(FilterNode[] members)
{
    public FilterNode[] Members => members;

    public bool IsGroup { get; } = members.Length > 1;

    /// <summary>Whether a member observes, and so runs even when the stage is decided.</summary>
    public bool HasAlways { get; } = Array.Exists(members, static node => node.Always);
}
