using System.Reflection;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration.Filters;

/// <summary>
/// Turns <c>Filters</c>, <c>FilterOrder</c> and <c>Profiles</c> into a plan. The keys of the driver are taken out of each section first, so that a filter's own
/// options never have to know them; the rest is bound to the options of its type.
/// </summary>
/// <param name="registry">The types there are.</param>
/// <param name="root">The configuration, for places.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class FilterPlanner(FilterRegistry registry, ConfigObject root, ConfigProblems problems)
{
    private const string TypeKey = "Type";
    private const string MembersKey = "Members";
    private const string GroupType = "Group";
    private static readonly string[] DriverKeys = [.. OptionProperties.Of(typeof(DriverOptions)).Select(static property => property.Name)];

    private readonly ConfigBinder _binder = new(problems, registry);
    private readonly Dictionary<string, string> _placed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FilterInstance> _instances = new(StringComparer.Ordinal);

    /// <summary>Makes the plan.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="drafts">Profiles that access rules ask for.</param>
    /// <returns>The plan; valid only when no problem was added.</returns>
    public FilterPlan Plan(ServerOptions options, IReadOnlyCollection<ProfileDraft> drafts)
    {
        foreach ((string name, ConfigObject section) in options.Filters)
        {
            if (!IsGroup(section) && Bind(name, section) is { } instance)
            {
                _instances.Add(name, instance);
            }
        }

        List<PipelineStep> steps = [];
        for (int i = 0; i < options.FilterOrder.Count; i++)
        {
            ConfigNode place = root.Nearest(nameof(ServerOptions.FilterOrder), i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            string name = options.FilterOrder[i];
            if (Section(name, options, place) is { } section && Place(name, "FilterOrder", place))
            {
                steps.Add(new PipelineStep(name, IsGroup(section) ? Members(name, section, options) : Instances(name)));
            }
        }

        foreach ((string name, ConfigObject section) in options.Filters)
        {
            if (!_placed.ContainsKey(name))
            {
                problems.Error(section, "is configured but neither in FilterOrder nor in a group");
            }
        }

        Dictionary<string, IReadOnlyDictionary<string, FilterInstance>> profiles = PlanProfiles(options);
        foreach (ProfileDraft draft in drafts)
        {
            profiles.TryAdd(draft.Name, PlanDraft(draft, options));
        }

        return new FilterPlan(steps, profiles);
    }

    private static bool IsGroup(ConfigObject section) => section.Members.GetValueOrDefault(TypeKey) is ConfigScalar { Text: GroupType };

    private ConfigObject? Section(string name, ServerOptions options, ConfigNode place)
    {
        if (options.Filters.TryGetValue(name, out ConfigObject? section))
        {
            return section;
        }

        problems.Error(place, $"there is no filter '{name}'{Suggestion.For(name, options.Filters.Keys)}");
        return null;
    }

    private bool Place(string name, string where, ConfigNode place)
    {
        if (_placed.TryAdd(name, where))
        {
            return true;
        }

        problems.Error(place, $"'{name}' runs already in {_placed[name]}");
        return false;
    }

    private FilterInstance[] Instances(string name) => _instances.TryGetValue(name, out FilterInstance? instance) ? [instance] : [];

    private List<FilterInstance> Members(string group, ConfigObject section, ServerOptions options)
    {
        List<FilterInstance> members = [];
        foreach ((string key, ConfigNode node) in section.Members)
        {
            if (key is not TypeKey and not MembersKey)
            {
                problems.Error(node, "a group has only Type and Members; this belongs to its members");
            }
        }

        if (section.Members.GetValueOrDefault(MembersKey) is not ConfigArray { Items.Count: > 0 } list)
        {
            problems.Error(section, "a group needs Members, a list of names of filters");
            return members;
        }

        foreach (ConfigNode item in list.Items)
        {
            if (item is not ConfigScalar { Scalar: ConfigScalarKind.Text, Text: var name })
            {
                problems.Error(item, "must be the name of a filter");
            }
            else if (Section(name, options, item) is { } member)
            {
                if (IsGroup(member))
                {
                    problems.Error(item, $"'{name}' is a group; groups do not hold groups");
                }
                else if (Place(name, $"group '{group}'", item))
                {
                    members.AddRange(Instances(name));
                }
            }
        }

        return members;
    }

    private FilterInstance? Bind(string name, ConfigObject section)
    {
        if (section.Members.GetValueOrDefault(TypeKey) is not ConfigScalar { Scalar: ConfigScalarKind.Text, Text: var type })
        {
            problems.Error(section, $"needs Type, one of {string.Join(", ", KnownTypes())}");
            return null;
        }

        if (!registry.Types.TryGetValue(type, out FilterRegistration? registration))
        {
            problems.Error(section.Members[TypeKey], $"there is no type '{type}'{Suggestion.For(type, KnownTypes())}");
            return null;
        }

        DriverOptions driver = _binder.Bind<DriverOptions>(section.Only(DriverKeys));
        try
        {
            object options = _binder.Bind(registration.OptionsType, section.Without([TypeKey, .. DriverKeys]));
            return new FilterInstance(name, registration, options, driver);
        }
        catch (Exception failure)
        {
            // Options of a plug-in are a stranger's code: a constructor, a setter or a check of theirs threw.
            problems.Error(section, $"the options of type '{type}' threw: {(failure as TargetInvocationException)?.InnerException?.Message ?? failure.Message}");
            return null;
        }
    }

    private IEnumerable<string> KnownTypes() => registry.Types.Keys.Append(GroupType).Order(StringComparer.Ordinal);

    /// <summary>A profile of access rules: that of the configuration it begins with, and the options that variables set for every filter of their type.</summary>
    private Dictionary<string, FilterInstance> PlanDraft(ProfileDraft draft, ServerOptions options)
    {
        IReadOnlyDictionary<string, ConfigObject>? configured = options.Profiles.GetValueOrDefault(draft.Base);
        Dictionary<string, FilterInstance> variants = new(StringComparer.Ordinal);
        foreach ((string name, ConfigObject section) in options.Filters)
        {
            FilterOverride[] overrides = [.. draft.Overrides.Where(change => change.Type == RuleTranslator.FilterTypeOf(section))];
            ConfigObject? replacing = configured?.GetValueOrDefault(name);
            if (IsGroup(section) || (overrides.Length == 0 && replacing is null))
            {
                continue;
            }

            ConfigObject variant = replacing is null ? section.With(new ConfigObject(section.Path, section.Location)) : section.With(replacing);
            foreach (FilterOverride change in overrides)
            {
                variant.Members[change.Option] = change.Value;
            }

            if (Bind(name, variant) is { } bound)
            {
                variants.Add(name, bound);
            }
        }

        return variants;
    }

    private Dictionary<string, IReadOnlyDictionary<string, FilterInstance>> PlanProfiles(ServerOptions options)
    {
        Dictionary<string, IReadOnlyDictionary<string, FilterInstance>> profiles = new(StringComparer.Ordinal);
        foreach ((string profile, IReadOnlyDictionary<string, ConfigObject> overrides) in options.Profiles)
        {
            Dictionary<string, FilterInstance> variants = new(StringComparer.Ordinal);
            foreach ((string name, ConfigObject replacing) in overrides)
            {
                if (Section(name, options, replacing) is not { } section)
                {
                    continue;
                }

                if (IsGroup(section) || replacing.Members.ContainsKey(TypeKey))
                {
                    problems.Error(replacing, "a profile changes the options of a filter, not its Type, and no group");
                }
                else if (Bind(name, new ConfigObject(replacing.Path, replacing.Location).With(section).With(replacing)) is { } variant)
                {
                    variants.Add(name, variant);
                }
            }

            profiles.Add(profile, variants);
        }

        return profiles;
    }
}
