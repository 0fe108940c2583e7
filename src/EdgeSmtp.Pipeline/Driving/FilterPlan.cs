namespace EdgeSmtp.Pipeline.Driving;

/// <summary>The filters of one profile: what the driver walks through, prepared for each stage.</summary>
internal sealed class FilterPlan
{
    private readonly HashSet<FilterNode> _nodes;
    private readonly PlanStep[][] _stages;

    /// <param name="index">Number of the plan in its pipeline.</param>
    /// <param name="profile">Name of the profile; empty for the one without overrides.</param>
    /// <param name="layout">The filters of each step, in order.</param>
    public FilterPlan(int index, string profile, FilterNode[][] layout)
    {
        Index = index;
        Profile = profile;
        Layout = layout;
        _nodes = [.. layout.SelectMany(static step => step)];
        _stages = [.. Stages.All.Select(stage => StepsOf(stage, layout))];
    }

    public int Index { get; }

    public string Profile { get; }

    public FilterNode[][] Layout { get; }

    public PlanStep[] StepsOf(Stage stage) => _stages[(int)stage];

    public bool Contains(FilterNode node) => _nodes.Contains(node);

    /// <summary>The steps of a stage for a layout; filters that take no part in it are not there at all.</summary>
    public static PlanStep[] StepsOf(Stage stage, IEnumerable<FilterNode[]> layout)
    {
        IEnumerable<FilterNode[]> steps = layout
            .Select(step => Array.FindAll(step, node => Stages.TakesPart(node.Filter, stage)))
            .Where(static members => members.Length > 0);
        if (stage.IsSequential())
        {
            steps = steps.SelectMany(static members => members).Select(static node => new[] { node });
        }

        return [.. steps.Select(static members => new PlanStep(members))];
    }
}
