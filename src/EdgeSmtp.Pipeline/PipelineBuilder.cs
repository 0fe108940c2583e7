using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline.Building;
using EdgeSmtp.Pipeline.Driving;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Pipeline;

/// <summary>Builds pipelines. One builder lives as long as the server: it keeps the state that outlives a reload, and instances whose configuration did not change.</summary>
/// <param name="dns">The resolver.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">The metrics.</param>
/// <param name="events">The event log.</param>
/// <param name="loggers">Makes a logger for each instance.</param>
public sealed class PipelineBuilder(IDnsResolver dns, TimeProvider time, IMetrics metrics, IEventLog events, ILoggerFactory loggers)
{
    private readonly Lock _lock = new();
    private readonly NodeFactory _nodes = new(dns, time, metrics, loggers);
    private readonly FilterCallPool _calls = new(time);

    /// <summary>How long the constructor of a filter may take, which holds up the reload. Default 30 seconds.</summary>
    public TimeSpan StartMax
    {
        get => _nodes.StartMax;
        init => _nodes.StartMax = value;
    }

    /// <summary>What filters built from now on know of their server.</summary>
    public FilterHost Host
    {
        get => _nodes.Host;
        set => _nodes.Host = value;
    }

    /// <summary>Room for messages that wait for filters of pipelines built from now on; <c>null</c>, the default, when none may wait.</summary>
    public IPendingRoom? Pending { get; set; }

    /// <summary>Checks the plan and makes the filters.</summary>
    /// <param name="steps">In order.</param>
    /// <param name="profiles">Named variants: profile name to (instance name to variant instance).</param>
    /// <param name="errors">Takes all errors, each with the instance it is about. Nothing is built when there is one.</param>
    /// <returns>The pipeline, or <c>null</c> when there are errors.</returns>
    public FilterPipeline? Build(
        IReadOnlyList<PipelineStep> steps, IReadOnlyDictionary<string, IReadOnlyDictionary<string, FilterInstance>> profiles, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(errors);
        lock (_lock)
        {
            List<string> found = [];
            FactCatalog facts = new();
            CheckPlan(steps, profiles, facts, found);
            Dictionary<(string Profile, string Name), FilterNode> made = MakeNodes(steps, profiles, facts, found);
            if (found.Count > 0)
            {
                foreach (string error in found.Distinct(StringComparer.Ordinal))
                {
                    errors.Add(error);
                }

                foreach (FilterNode node in made.Values)
                {
                    _ = node.ReleaseAsync().AsTask();
                }

                return null;
            }

            _nodes.Keep(made.Select(static entry => (entry.Key.Profile, entry.Value)));
            List<FilterPlan> plans = [PlanOf(0, string.Empty, steps, null, made)];
            plans.AddRange(profiles.Where(static profile => profile.Key.Length > 0)
                .OrderBy(static profile => profile.Key, StringComparer.Ordinal)
                .Select((profile, i) => PlanOf(i + 1, profile.Key, steps, profile.Value, made)));
            return new FilterPipeline(new PlanSet(plans), [.. made.Values], _calls, time, events, Pending);
        }
    }

    /// <summary>
    /// Finds filters whose calls hold threads of the pool without awaiting, and brings their gauge up to date. To be called some times a second from a thread that is not of the pool, by
    /// who gives the pool a thread for each, so that they take none from sessions.
    /// </summary>
    /// <param name="found">Takes them.</param>
    public void FindBlocking(ICollection<BlockingFilter> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        _nodes.FindBlocking(found);
    }

    /// <summary>Steps keep their places in every plan, whatever is switched off, so that plans can be laid side by side.</summary>
    private static FilterPlan PlanOf(
        int index, string profile, IReadOnlyList<PipelineStep> steps, IReadOnlyDictionary<string, FilterInstance>? variants,
        Dictionary<(string Profile, string Name), FilterNode> made) =>
        new(index, profile, [.. steps.Select(step => MembersOf(step, variants)
            .Select(member => made.GetValueOrDefault((profile, member.Name)) ?? made[(string.Empty, member.Name)]).ToArray())]);

    private static IReadOnlyList<PlanStepView> ViewOf(IReadOnlyList<PipelineStep> steps, IReadOnlyDictionary<string, FilterInstance>? variants) =>
        [.. steps.Where(step => step.Members.Count == 0 || MembersOf(step, variants).Any()).Select(step => new PlanStepView(step.Name, [.. MembersOf(step, variants)]))];

    private static IEnumerable<FilterInstance> MembersOf(PipelineStep step, IReadOnlyDictionary<string, FilterInstance>? variants) =>
        step.Members.Select(member => variants?.GetValueOrDefault(member.Name) ?? member).Where(static member => member.Driver.Enabled);

    private void CheckPlan(
        IReadOnlyList<PipelineStep> steps, IReadOnlyDictionary<string, IReadOnlyDictionary<string, FilterInstance>> profiles, FactCatalog facts, List<string> errors)
    {
        PlanChecker checker = new(errors, facts);
        FilterInstance[] instances = [.. steps.SelectMany(static step => step.Members)];
        foreach (FilterInstance instance in instances)
        {
            checker.Register(instance);
            if (instance.Traits.Effect == FilterEffect.Annotates)
            {
                facts.TryAdd(_nodes.UncheckedOf(instance.Name));
            }
        }

        checker.Check(ViewOf(steps, null), string.Empty);
        if (profiles.Count >= PlanSet.PlansMax)
        {
            errors.Add($"Profiles: at most {PlanSet.PlansMax - 1} profiles");
        }

        foreach ((string profile, IReadOnlyDictionary<string, FilterInstance> variants) in profiles)
        {
            string where = $"Profiles:{profile}:";
            if (profile.Length == 0 && variants.Count > 0)
            {
                errors.Add("Profiles: a profile has no name");
            }

            foreach ((string name, FilterInstance variant) in variants)
            {
                FilterInstance? original = Array.Find(instances, instance => instance.Name == name);
                if (original is null)
                {
                    errors.Add($"{where}{name}: there is no filter of that name in FilterOrder");
                }
                else if (variant.Name != name || variant.Registration.Type != original.Registration.Type)
                {
                    errors.Add($"{where}{name}: a variant has the name and the type of its filter, {original.Registration.Type}");
                }
            }

            if (variants.Count > 0)
            {
                checker.Check(ViewOf(steps, variants), where);
            }
        }
    }

    private Dictionary<(string Profile, string Name), FilterNode> MakeNodes(
        IReadOnlyList<PipelineStep> steps, IReadOnlyDictionary<string, IReadOnlyDictionary<string, FilterInstance>> profiles, FactCatalog facts, List<string> errors)
    {
        Dictionary<(string Profile, string Name), FilterNode> made = [];
        IEnumerable<(string Profile, FilterInstance Instance)> wanted = steps
            .SelectMany(static step => step.Members)
            .Select(static instance => (string.Empty, instance))
            .Concat(profiles.SelectMany(static profile => profile.Value.Values.Select(variant => (profile.Key, variant))));
        foreach ((string profile, FilterInstance instance) in wanted)
        {
            if (instance.Driver.Enabled && !made.ContainsKey((profile, instance.Name)) && _nodes.Make(instance, profile, facts, errors) is { } node)
            {
                made.Add((profile, instance.Name), node);
            }
        }

        return made;
    }
}
