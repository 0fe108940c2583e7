using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>Checks a plan before anything is made of it. Says everything that is wrong, not only the first.</summary>
internal sealed class PlanChecker(ICollection<string> errors, FactCatalog facts)
{
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromMinutes(5);

    /// <summary>Checks one profile's steps.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="where">Prefix that tells the profile.</param>
    public void Check(IReadOnlyList<PlanStepView> steps, string where)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<FactKey> earlier = [];
        HashSet<FactKey> earlierInShadow = [];
        CheckBodies(steps, where);
        foreach (PlanStepView step in steps)
        {
            bool isGroup = step.IsGroup;
            if (isGroup && !names.Add(step.Name))
            {
                errors.Add($"{where}{step.Name}: the name is used twice");
            }

            if (step.Members.Count == 0)
            {
                errors.Add($"{where}{step.Name}: has no members");
            }

            foreach (FilterInstance instance in step.Members)
            {
                if (!names.Add(instance.Name))
                {
                    errors.Add($"{where}{instance.Name}: the name is used twice");
                }

                CheckPolicy(instance, where);
                CheckFacts(instance, step, earlier, earlierInShadow, where);
                if (isGroup && !instance.Traits.Groupable)
                {
                    errors.Add($"{where}{instance.Name}: a filter of type {instance.Registration.Type} cannot be a member of the group '{step.Name}'; it must run alone");
                }
            }

            foreach (FilterInstance instance in step.Members)
            {
                earlierInShadow.UnionWith(instance.Traits.Provides);
                if (!instance.Driver.Shadow)
                {
                    earlier.UnionWith(instance.Traits.Provides);
                }
            }
        }
    }

    /// <summary>One body a message: the second filter that would replace it is a mistake of the plan, not one to be met with the first message that both want to change.</summary>
    private void CheckBodies(IReadOnlyList<PlanStepView> steps, string where)
    {
        string? first = null;
        foreach (FilterInstance instance in steps.SelectMany(static step => step.Members).Where(static instance => instance.Traits.ReplacesBody))
        {
            FilterTraits traits = instance.Traits;
            if (traits.Effect != FilterEffect.Rewrites || traits.Groupable)
            {
                errors.Add($"{where}{instance.Name}: type {instance.Registration.Type} replaces the body; it must be registered with FilterEffect.Rewrites and not be groupable");
            }

            // What a filter in shadow replaces is replaced nowhere.
            if (instance.Driver.Shadow)
            {
                continue;
            }

            if (first is null)
            {
                first = instance.Name;
            }
            else
            {
                errors.Add($"{where}{instance.Name}: replaces the body, which '{first}' does already; one filter a message may");
            }
        }
    }

    /// <summary>Registers what a filter provides, so that others can name it.</summary>
    public void Register(FilterInstance instance)
    {
        foreach (FactKey fact in instance.Traits.Provides)
        {
            if (ReferenceEquals(fact, KnownFacts.Relay))
            {
                errors.Add($"{instance.Name}: type {instance.Registration.Type} says it provides 'relay', which follows the session alone");
            }
            else if (!facts.TryAdd(fact))
            {
                errors.Add($"{instance.Name}: type {instance.Registration.Type} provides another fact named '{fact.Name}'");
            }
        }
    }

    private void CheckPolicy(FilterInstance instance, string where)
    {
        DriverOptions driver = instance.Driver;
        FilterTraits traits = instance.Traits;
        if (driver.Timeout < TimeoutMin || driver.Timeout > TimeoutMax)
        {
            errors.Add($"{where}{instance.Name}: Timeout must be between {TimeoutMin} and {TimeoutMax}");
        }

        // Postfix dropped a milter's changes and passed the mail on; what may not be unchecked may not fail open here.
        string? why = traits.Required ? "is required" : traits.Effect == FilterEffect.Rewrites ? "rewrites messages" : null;
        if (why is not null && driver.OnError == FailurePolicy.Continue)
        {
            errors.Add($"{where}{instance.Name}: OnError may not be Continue, because type {instance.Registration.Type} {why}");
        }

        if (why is not null && driver.OnTimeout == FailurePolicy.Continue)
        {
            errors.Add($"{where}{instance.Name}: OnTimeout may not be Continue, because type {instance.Registration.Type} {why}");
        }

        foreach ((string token, string text) in driver.Replies)
        {
            if (ReplyTemplate.Check(text) is { } error)
            {
                errors.Add($"{where}{instance.Name}: Replies:{token} {error}");
            }
        }
    }

    private void CheckFacts(FilterInstance instance, PlanStepView step, HashSet<FactKey> earlier, HashSet<FactKey> earlierInShadow, string where)
    {
        FilterTraits traits = instance.Traits;
        foreach (FactKey fact in traits.Requires.Where(fact => !FactCatalog.IsKnown(fact) && !(instance.Driver.Shadow ? earlierInShadow : earlier).Contains(fact)))
        {
            errors.Add(Explain(fact, instance, step, earlierInShadow, where));
        }

        IEnumerable<string> skips = instance.Driver.SkipWhen ?? traits.SkipWhen.Select(static fact => fact.Name);
        foreach (string name in skips)
        {
            FactKey? fact = facts.Find(name);
            if (fact is null)
            {
                errors.Add($"{where}{instance.Name}: SkipWhen names the fact '{name}', which nothing provides");
            }
            else if (step.Members.Any(other => other != instance && other.Traits.Provides.Contains(fact)))
            {
                errors.Add($"{where}{instance.Name}: SkipWhen names the fact '{name}', which a member of its own group '{step.Name}' provides");
            }
        }
    }

    private static string Explain(FactKey fact, FilterInstance instance, PlanStepView step, HashSet<FactKey> earlierInShadow, string where)
    {
        string start = $"{where}{instance.Name}: needs the fact '{fact.Name}'";
        if (step.Members.Any(other => other != instance && other.Traits.Provides.Contains(fact)))
        {
            return $"{start}, which a member of its own group '{step.Name}' provides; put it behind the group";
        }

        return earlierInShadow.Contains(fact)
            ? $"{start}, which only a filter in shadow provides"
            : $"{start}, which no filter before it in FilterOrder provides";
    }
}
