using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Warlord;

/// <summary>Registers <see cref="WarlordFilter"/>.</summary>
public static class WarlordFilterExtensions
{
    /// <summary>Makes <c>"Type": "Warlord"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddWarlord(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<WarlordFilterOptions>(
            "Warlord",
            static (options, context) => new WarlordFilter(options, context),
            new FilterTraits { Effect = FilterEffect.Annotates, Provides = [WarlordFacts.TextOnly] });
    }
}
