using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Registers <see cref="SpamAssassinFilter"/>.</summary>
public static class SpamAssassinFilterExtensions
{
    /// <summary>Makes <c>"Type": "SpamAssassin"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddSpamAssassin(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<SpamAssassinFilterOptions>(
            "SpamAssassin",
            static (options, context) => new SpamAssassinFilter(options, context),

            // It removes what strangers wrote under its names.
            new FilterTraits { Effect = FilterEffect.Rewrites });
    }
}
