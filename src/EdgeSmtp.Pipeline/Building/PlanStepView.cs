namespace EdgeSmtp.Pipeline.Building;

/// <summary>A step as one profile has it.</summary>
/// <param name="Name">Name of the filter or group.</param>
/// <param name="Members">Its members, variants in place.</param>
internal sealed record PlanStepView(string Name, IReadOnlyList<FilterInstance> Members)
{
    /// <summary>Whether the step is a group. A group of one is one, since its name is not that of its member.</summary>
    public bool IsGroup { get; } = Members.Count != 1 || Members[0].Name != Name;
}
