using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Script;

/// <summary>Registers <see cref="ScriptFilter"/>.</summary>
public static class ScriptFilterExtensions
{
    /// <summary>Makes <c>"Type": "Script"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddScript(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<ScriptFilterOptions>("Script", static (options, context) => new ScriptFilter(options, context), new FilterTraits { Effect = FilterEffect.Annotates });
    }
}
