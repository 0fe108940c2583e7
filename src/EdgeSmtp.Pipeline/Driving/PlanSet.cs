using System.Collections.Concurrent;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>The plans of a pipeline, and how they go together when recipients of one message have different profiles.</summary>
internal sealed class PlanSet
{
    private readonly FilterPlan[] _plans;
    private readonly Dictionary<string, FilterPlan> _byProfile;
    private readonly bool[,] _canShare;
    private readonly ConcurrentDictionary<(Stage Stage, ulong Plans), PlanStep[]> _mixed = new();

    public PlanSet(IReadOnlyList<FilterPlan> plans)
    {
        _plans = [.. plans];
        _byProfile = plans.ToDictionary(static plan => plan.Profile, StringComparer.Ordinal);
        _canShare = new bool[_plans.Length, _plans.Length];
        foreach (FilterPlan a in _plans)
        {
            foreach (FilterPlan b in _plans)
            {
                _canShare[a.Index, b.Index] = RefuseAlike(a, b);
            }
        }
    }

    /// <summary>As many as a set of them fits into 64 bits; the builder refuses more.</summary>
    public static int PlansMax => 64;

    public FilterPlan Default => _plans[0];

    public FilterPlan this[int index] => _plans[index];

    public IReadOnlyCollection<string> Profiles => _byProfile.Keys;

    public FilterPlan? Find(string profile) => _byProfile.GetValueOrDefault(profile);

    public bool CanShare(FilterPlan a, FilterPlan b) => _canShare[a.Index, b.Index];

    /// <summary>The steps of a stage for recipients of several plans: each filter once, variants of one instance one after the other in its place.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="plans">Bit i for the plan with index i.</param>
    public PlanStep[] StepsOf(Stage stage, ulong plans) => _mixed.GetOrAdd((stage, plans), static (key, self) => self.Mix(key.Stage, key.Plans), this);

    private static bool RefuseAlike(FilterPlan a, FilterPlan b) =>
        Nodes(a, Stage.Body).SequenceEqual(Nodes(b, Stage.Body)) && Nodes(a, Stage.Message).SequenceEqual(Nodes(b, Stage.Message));

    private static IEnumerable<FilterNode> Nodes(FilterPlan plan, Stage stage) => plan.StepsOf(stage).SelectMany(static step => step.Members);

    private PlanStep[] Mix(Stage stage, ulong plans)
    {
        FilterPlan[] members = Array.FindAll(_plans, plan => (plans & (1UL << plan.Index)) != 0);
        List<FilterNode[]> layout = [];
        for (int step = 0; step < Default.Layout.Length; step++)
        {
            FilterNode[] distinct = [.. members.SelectMany(plan => plan.Layout[step]).Distinct()];
            if (Default.Layout[step].Length > 1)
            {
                layout.Add(distinct);
            }
            else
            {
                layout.AddRange(distinct.Select(static node => new[] { node }));
            }
        }

        return FilterPlan.StepsOf(stage, layout);
    }
}
