using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Access;

/// <summary>Turns what rules say into settings of sessions and profiles of filters, and finds what is wrong with it.</summary>
/// <param name="options">The configuration; <c>null</c> when it is not known, and what rules name of it cannot be checked.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class RuleTranslator(ServerOptions? options, ConfigProblems problems)
{
    /// <summary>Names a profile of the configuration.</summary>
    public const string ProfileVariable = "PROFILE";

    private readonly Dictionary<string, ProfileDraft> _drafts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _types = [.. options?.Filters.Values.Select(FilterTypeOf).OfType<string>() ?? []];
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    /// <summary>The profiles that the rules need besides those of the configuration.</summary>
    public IReadOnlyCollection<ProfileDraft> Drafts => _drafts.Values;

    /// <summary>The type of a filter section; <c>null</c> when it gives none.</summary>
    public static string? FilterTypeOf(ConfigObject section) => (section.Members.GetValueOrDefault("Type") as ConfigScalar)?.Text;

    /// <summary>Translates one rule.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="forEverybody">Whether it is for all clients, or all that have a name.</param>
    public AccessSettings Translate(RuleText text, SourceLocation place, bool forEverybody)
    {
        if (text.IsDenied)
        {
            // Nothing else of it can matter.
            return AccessSettings.Default with { IsDenied = true };
        }

        AccessSettings settings = AccessSettings.Default;
        string profile = string.Empty;
        SortedDictionary<string, string> changing = new(StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, string value) in text.Variables)
        {
            if (!seen.Add(name))
            {
                Error(place, name, "stands twice in one rule");
                continue;
            }

            if (name == ProfileVariable)
            {
                profile = Profile(value, place);
            }
            else
            {
                settings = Apply(settings, name, value, place, changing);
            }
        }

        if (settings.MayRelay && forEverybody)
        {
            Error(place, "RELAYCLIENT", "would make this an open relay");
        }

        return settings with { Profile = ProfileOf(profile, changing, place) };
    }

    private string Profile(string name, SourceLocation place)
    {
        if (options is null || options.Profiles.ContainsKey(name))
        {
            return name;
        }

        Error(place, ProfileVariable, $"there is no profile '{name}'{Suggestion.For(name, options.Profiles.Keys)}");
        return string.Empty;
    }

    private AccessSettings Apply(AccessSettings settings, string name, string value, SourceLocation place, SortedDictionary<string, string> changing)
    {
        bool isKnown = false;
        if (SettingVariables.All.TryGetValue(name, out Func<AccessSettings, string, (AccessSettings Settings, string? Error)>? set))
        {
            isKnown = true;
            (settings, string? error) = set(settings, value);
            if (error is not null)
            {
                Error(place, name, error);
            }
        }

        string[] types = [.. FilterVariables.All.Where(variable => variable.Name == name).Select(static variable => variable.Type).Distinct()];
        if (types.Any(_types.Contains))
        {
            changing.Add(name, value);
        }
        else if (types.Length > 0 && !isKnown && options is not null)
        {
            Warn(place, name, $"has no effect: there is no filter of type {string.Join(" or ", types)}");
        }

        if (!isKnown && types.Length == 0)
        {
            Unknown(name, place);
        }

        return settings;
    }

    private void Unknown(string name, SourceLocation place)
    {
        if (ForeignVariables.Explain(name) is { } why)
        {
            Warn(place, name, $"has no effect: {why}");
        }
        else
        {
            IEnumerable<string> known = FilterVariables.All.Select(static variable => variable.Name).Concat(SettingVariables.All.Keys).Append(ProfileVariable);
            Error(place, name, $"there is no such variable{Suggestion.For(name, known.Distinct())}");
        }
    }

    /// <summary>The profile of a rule: a configured one, or one made for its variables.</summary>
    private string ProfileOf(string configured, SortedDictionary<string, string> changing, SourceLocation place)
    {
        if (changing.Count == 0)
        {
            return configured;
        }

        string name = $"{configured}+{string.Join(',', changing.Select(static change => $"{change.Key}={change.Value}"))}";
        if (!_drafts.ContainsKey(name))
        {
            IEnumerable<FilterOverride> overrides = FilterVariable.Effects(changing)
                .Select(effect => new FilterOverride(effect.Variable.Type, effect.Variable.Option, new ConfigScalar(effect.Variable.Name, place, effect.Variable.Kind, effect.Value)));
            _drafts.Add(name, new ProfileDraft(name, configured, [.. overrides]));
        }

        return name;
    }

    private void Error(SourceLocation place, string name, string message) => problems.Error(place, name, message);

    /// <summary>Once for each file: a site has the same variables in a hundred lines.</summary>
    private void Warn(SourceLocation place, string name, string message)
    {
        if (_warned.Add($"{place.File} {name}"))
        {
            problems.Warn(place, name, message);
        }
    }
}
