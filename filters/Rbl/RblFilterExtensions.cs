using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Registers <see cref="RblFilter"/>.</summary>
public static class RblFilterExtensions
{
    /// <summary>Makes <c>"Type": "Rbl"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddRbl(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<RblFilterOptions>(
            "Rbl",
            static (options, context) => new RblFilter(options, context).StartSelfTest(),

            // Trusted is a fact that anybody may publish. Declared as provided, it would keep two instances out of one group, though block lists publish nothing.
            new FilterTraits
            {
                Effect = FilterEffect.Annotates,
                ExemptPostmaster = true,
                SkipWhen = [KnownFacts.Relay, KnownFacts.TrustedForwarder, KnownFacts.Trusted],
            });
    }
}
